import type { Access } from '../../access/types.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Directory } from '../../domain/directory/types.ts'

/** The dependencies of the Graph API. */
export interface GraphDeps {
  readonly access: Access
  readonly directory: Directory
  readonly signIns: SignIns
  readonly world: World
  /** True to refuse what Graph refuses, even if no client relies on it. */
  readonly strict: boolean
}
