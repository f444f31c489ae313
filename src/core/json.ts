/** An object of a JSON document. */
export type JsonObject = Readonly<Record<string, unknown>>
