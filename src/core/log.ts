type Write = (fields: object, text: string) => void

/** A structured log: fields for programs, one sentence for people. It never contains secrets or tokens. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  child(fields: object): Log
}

const nothing = () => {}

/** A log that writes nothing, for tests and quiet programs. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
}
