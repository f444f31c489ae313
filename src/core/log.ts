type Write = (fields: object, text: string) => void

/** A structured log: fields for machines, one sentence for people. Secrets and tokens never go in. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  child(fields: object): Log
}

const nothing = () => {}

/** Says nothing; for tests and for programs that keep quiet. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
}
