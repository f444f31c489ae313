import { refuse } from '../../core/refusal.ts'
import type { Selected } from './state.ts'

/** The selected folder, unless it was only examined. */
export const writable = (selected: Selected): Selected =>
  selected.readOnly ? refuse('not-allowed', 'The folder was opened to be looked at only') : selected
