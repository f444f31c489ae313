import { append } from './append.ts'
import { fairness } from './fairness.ts'
import { fetchBodies, fetchMetadata } from './fetch.ts'
import { graph } from './graph.ts'
import { growth } from './growth.ts'
import { hostile } from './hostile.ts'
import { idle } from './idle.ts'
import { idleGrowth } from './idle-growth.ts'
import { login } from './login.ts'
import { mixedWork } from './mixed.ts'
import { pop3Drain } from './pop3-drain.ts'
import { resync } from './resync.ts'
import type { Scenario } from './scenario.ts'
import { search } from './search.ts'
import { searchFirst } from './search-first.ts'
import { select } from './select.ts'
import { storeAll, storeOne } from './store.ts'
import { tokens } from './tokens.ts'

/** In the order in which they run and are printed. */
export const scenarios: readonly Scenario[] = [
  login,
  fetchMetadata,
  fetchBodies,
  append,
  pop3Drain,
  storeAll,
  storeOne,
  resync,
  search,
  mixedWork,
  fairness,
  growth,
  tokens,
  graph,
  hostile,
  // Last, since they restart the servers, and a program that has just started is slower than one that runs for long.
  idle,
  idleGrowth,
  select,
  searchFirst,
]
