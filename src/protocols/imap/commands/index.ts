import type { Command } from '../command.ts'
import { deleteAcl, getAcl, listRights, myRights, setAcl } from './acl.ts'
import { append } from './append.ts'
import { authenticate } from './authenticate.ts'
import { cancelUpdate } from './cancel-update.ts'
import { capability } from './capability.ts'
import { check } from './check.ts'
import { close } from './close.ts'
import { compress } from './compress.ts'
import { copy } from './copy.ts'
import { create } from './create.ts'
import { deleteFolder } from './delete.ts'
import { enable } from './enable.ts'
import { esearch } from './esearch.ts'
import { expunge } from './expunge.ts'
import { fetch } from './fetch.ts'
import { genUrlAuth } from './genurlauth.ts'
import { id } from './id.ts'
import { idle } from './idle.ts'
import { list } from './list.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { lsub } from './lsub.ts'
import { getMetadata, setMetadata } from './metadata.ts'
import { move } from './move.ts'
import { namespace } from './namespace.ts'
import { noop } from './noop.ts'
import { notify } from './notify.ts'
import { getQuota, getQuotaRoot, setQuota } from './quota.ts'
import { rename } from './rename.ts'
import { replace } from './replace.ts'
import { resetKey } from './resetkey.ts'
import { search } from './search.ts'
import { sort } from './sort.ts'
import { thread } from './thread.ts'
import { examine, select } from './select.ts'
import { starttls } from './starttls.ts'
import { status } from './status.ts'
import { store } from './store.ts'
import { subscribe, unsubscribe } from './subscribe.ts'
import { unauthenticate } from './unauthenticate.ts'
import { urlFetch } from './urlfetch.ts'
import { unselect } from './unselect.ts'

/** Every command that there is. */
export const commands: readonly Command[] = [
  capability,
  id,
  noop,
  logout,
  starttls,
  authenticate,
  login,
  enable,
  compress,
  namespace,
  select,
  examine,
  unselect,
  close,
  list,
  lsub,
  status,
  create,
  deleteFolder,
  rename,
  subscribe,
  unsubscribe,
  getQuota,
  getQuotaRoot,
  setQuota,
  myRights,
  getAcl,
  listRights,
  setAcl,
  deleteAcl,
  getMetadata,
  setMetadata,
  append,
  replace,
  genUrlAuth,
  urlFetch,
  resetKey,
  check,
  search,
  esearch,
  sort,
  cancelUpdate,
  thread,
  fetch,
  store,
  copy,
  move,
  expunge,
  idle,
  notify,
  unauthenticate,
]

const byName = new Map(commands.map((each) => [each.name, each]))

/** By its name in upper case. */
export const commandNamed = (name: string): Command | undefined => byName.get(name)
