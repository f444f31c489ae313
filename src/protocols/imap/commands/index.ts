import type { ImapCommand } from '../command.ts'
import { deleteAcl, getAcl, listRights, myRights, setAcl } from './acl.ts'
import { append, replace } from './append.ts'
import { authenticate, login, unauthenticate } from './authenticate.ts'
import { cancelUpdate, search, sort, thread } from './search.ts'
import { capability, compress, enable, id, logout, noop, starttls } from './any-state.ts'
import { check, close, expunge, unselect } from './close.ts'
import { copy, move } from './copy.ts'
import { create, deleteFolder, rename, subscribe, unsubscribe } from './folders.ts'
import { esearch } from './esearch.ts'
import { fetch } from './fetch.ts'
import { genUrlAuth, resetKey, urlFetch } from './urlauth.ts'
import { idle, notify } from './notify.ts'
import { list, lsub, namespace, status } from './list.ts'
import { getMetadata, setMetadata } from './metadata.ts'
import { getQuota, getQuotaRoot, setQuota } from './quota.ts'
import { examine, select } from './select.ts'
import { store } from './store.ts'

/** All commands. */
export const commands: readonly ImapCommand[] = [
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

/** Finds a command by its name in upper case. */
export const commandNamed = (name: string): ImapCommand | undefined => byName.get(name)
