/** The items of a mailbox, for Graph. */
export type * from '../item-types.ts'
