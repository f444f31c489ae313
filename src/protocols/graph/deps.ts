import type { Access } from '../../access/types.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Directory } from '../../domain/directory/types.ts'

/** What the Graph API is handed. */
export interface GraphDeps {
  readonly access: Access
  readonly directory: Directory
  readonly signIns: SignIns
  readonly world: World
  /** Refuses what the real service refuses and no client relies on. */
  readonly strict: boolean
}
