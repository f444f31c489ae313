import type { UploadSettings } from '../../core/uploads/settings.ts'
import type { Upload } from '../../core/uploads/upload.ts'
import { UploadPool } from '../../core/uploads/upload-pool.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import type { World } from '../../core/world.ts'

/** The largest body on routes without a limit of their own: with an accepted token, and without one. */
export const CALLERS_BODY = 1024 * 1024
export const STRANGERS_BODY = 64 * 1024

interface BodiesOptions {
  readonly world: World
  /** Memory for all bodies. */
  readonly octets: number
  /** Milliseconds for a body to arrive, except on routes with a higher limit. */
  readonly patience: number
  readonly settings: Pick<UploadSettings, 'octets_per_second' | 'wait_seconds'>
  /** The pool that callers' bodies share with uploads of other protocols. Without it bodies never go to disk. */
  readonly pool?: UploadPool
}

/**
 * Memory for request bodies, see {@link Uploads}. A quarter is for requests without an accepted token. These are
 * refused when that quarter is full and never go to disk, so they cannot take the memory of callers.
 */
export class Bodies {
  readonly patience: number
  readonly #callers: Uploads
  readonly #strangers: Uploads

  constructor({ world, octets, patience, settings, pool }: BodiesOptions) {
    const inMemory = new UploadPool({ world, settings })
    const strangers = Math.floor(octets / 4)
    this.patience = patience
    this.#callers = new Uploads(pool ?? inMemory, { octets: octets - strangers, largest: CALLERS_BODY })
    this.#strangers = new Uploads(inMemory, { octets: strangers, largest: STRANGERS_BODY })
  }

  /** The body of an admitted caller, by its id. */
  ofCaller(id: string, gone: () => AbortSignal): Body {
    return bodyIn(this.#callers, id, gone)
  }

  /** The body of a request without an accepted token, by its network. */
  ofStranger(network: string, gone: () => AbortSignal): Body {
    return bodyIn(this.#strangers, network, gone)
  }
}

/** An incoming body, and memory for work on it. */
export interface Body extends Pick<Upload, 'octets' | 'failure' | 'add' | 'whole' | 'drop'> {
  /** Whether this much memory is available in addition to that of the body. */
  readonly takes: (octets: number) => boolean
}

function bodyIn(uploads: Uploads, caller: string, gone: () => AbortSignal): Body {
  const upload = uploads.begin(caller, gone)
  const beside: (() => void)[] = []
  return {
    get octets() {
      return upload.octets
    },
    get failure() {
      return upload.failure
    },
    add: (piece) => upload.add(piece),
    whole: () => upload.whole(),
    takes(octets) {
      const giveBack = uploads.tryTake(octets, caller)
      if (giveBack) beside.push(giveBack)
      return giveBack !== undefined
    },
    drop() {
      upload.drop()
      for (const giveBack of beside.splice(0)) giveBack()
    },
  }
}
