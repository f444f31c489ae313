import type { TextPiece } from '../../../codecs/mime/text.ts'
import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'

/** Which of a search's texts a message holds. */
export interface Found {
  readonly inHeader: ReadonlySet<string>
  readonly inBody: ReadonlySet<string>
}

/** Looks for several folded texts at once in one message, piece by piece. */
export class SearchTerms implements Found {
  readonly inHeader = new Set<string>()
  readonly inBody = new Set<string>()
  readonly #missing: Set<string>
  /** What a text that continues needs of the piece before it. */
  readonly #overlap: number
  #tail = ''

  constructor(needles: readonly string[]) {
    this.#missing = new Set(needles)
    this.#overlap = Math.max(0, ...needles.map((needle) => needle.length - 1))
  }

  /** Nothing more can be learnt. */
  get done(): boolean {
    return this.#missing.size === 0
  }

  look(piece: TextPiece): void {
    const text = (piece.continues ? this.#tail : '') + unicodeCasemap(piece.text)
    for (const needle of this.#missing) {
      if (!text.includes(needle)) continue
      if (piece.in === 'header') this.inHeader.add(needle)
      else {
        this.inBody.add(needle)
        this.#missing.delete(needle)
      }
    }
    this.#tail = this.#overlap > 0 ? text.slice(-this.#overlap) : ''
  }
}
