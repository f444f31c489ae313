import { type ParameterType, switched, text } from './parameter-type.ts'

/** A parameter of a cmdlet: its type and how it may be given. */
export interface Parameter<T = unknown, Mandatory extends boolean = boolean> {
  readonly type: ParameterType<T>
  /** One sentence for help. */
  readonly meaning: string
  readonly mandatory: Mandatory
  /** Other names, in full. */
  readonly aliases: readonly string[]
  /** The position among the unnamed arguments, from 0. */
  readonly position: number | undefined
}

export type CmdletParameters = Readonly<Record<string, Parameter>>

type Demanded<P extends CmdletParameters> = { [N in keyof P]: P[N]['mandatory'] extends true ? N : never }[keyof P]
type ValueOf<It> = It extends Parameter<infer T> ? T : never

/** The values that were given for parameters, by their canonical names. */
export type ValuesOf<P extends CmdletParameters> = {
  readonly [N in Demanded<P>]: ValueOf<P[N]>
} & { readonly [N in Exclude<keyof P, Demanded<P>>]?: ValueOf<P[N]> }

type Options = { readonly position?: number; readonly aliases?: readonly string[] }

export const mandatory = <T>(type: ParameterType<T>, meaning: string, options: Options = {}): Parameter<T, true> => ({
  type,
  meaning,
  mandatory: true,
  aliases: options.aliases ?? [],
  position: options.position,
})

export const optional = <T>(type: ParameterType<T>, meaning: string, options: Options = {}): Parameter<T, false> => ({
  type,
  meaning,
  mandatory: false,
  aliases: options.aliases ?? [],
  position: options.position,
})

export type CmdletName = `${string}-${string}`

interface Declared<P extends CmdletParameters, N extends CmdletName = CmdletName> {
  readonly name: N
  /** One sentence: what it does. */
  readonly synopsis: string
  readonly parameters: P
  /** The columns of the table, in order: a property, a path `whole/part`, or `Heading=path|path…`. */
  readonly columns: readonly string[]
  /** The parameter that names one object: with it, a `Get-` cmdlet returns that object and not a list. */
  readonly names?: string
  /** Whether it asks for confirmation before it runs. */
  readonly confirms?: true
  /** How to undo it, as a command or a sentence; absent if it cannot be undone. */
  readonly undo?: (values: Readonly<Record<string, unknown>>) => string | undefined
}

/** Is sent as `InvokeCommand`, and run by `protocols/exchange`. */
export interface ExchangeCmdlet<
  P extends CmdletParameters = CmdletParameters,
  N extends CmdletName = CmdletName,
> extends Declared<P, N> {
  readonly module: 'exchange'
}

/** Is one request to an HTTP API: Graph's directory routes, Exchange's entity sets, or Postern's own. */
export interface HttpCmdlet<P extends CmdletParameters = CmdletParameters> extends Declared<P> {
  readonly module: 'graph' | 'exo' | 'postern'
  call(given: ValuesOf<P>): CmdletCall
}

/** Is run by the command line itself, because it selects the server that the other cmdlets use. */
export interface ConnectionCmdlet<P extends CmdletParameters = CmdletParameters> extends Declared<P> {
  readonly module: 'connection'
}

export type Cmdlet = ExchangeCmdlet | HttpCmdlet | ConnectionCmdlet

/** An HTTP request, below the API's base URL. */
export interface CmdletCall {
  readonly verb: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Percent-encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  readonly answers: 'one' | 'many' | 'nothing'
  /** The requested number of objects of `many`; one page if absent. */
  readonly most?: number
  /** A property that holds a list. Each of its entries counts as an object. */
  readonly unfolds?: string
}

export const exchangeCmdlet = <const P extends CmdletParameters, const N extends CmdletName>(
  declared: Declared<P, N>,
): ExchangeCmdlet<P, N> => ({
  ...declared,
  module: 'exchange',
})

export const connectionCmdlet = <const P extends CmdletParameters>(declared: Declared<P>): ConnectionCmdlet<P> => ({
  ...declared,
  module: 'connection',
})

export const graphCmdlet = <const P extends CmdletParameters>(
  declared: Declared<P> & { call(given: ValuesOf<P>): CmdletCall },
): HttpCmdlet<P> => ({ ...declared, module: 'graph' })

export const exoCmdlet = <const P extends CmdletParameters>(
  declared: Declared<P> & { call(given: ValuesOf<P>): CmdletCall },
): HttpCmdlet<P> => ({ ...declared, module: 'exo' })

export const posternCmdlet = <const P extends CmdletParameters>(
  declared: Declared<P> & { call(given: ValuesOf<P>): CmdletCall },
): HttpCmdlet<P> => ({ ...declared, module: 'postern' })

/** Whether it changes anything, and so has `-WhatIf` and `-Confirm`. */
export const changes = (cmdlet: { readonly name: string }): boolean => !/^(?:get|search|test)-/i.test(cmdlet.name)

const preference = (meaning: string, alias: string) => optional(text, meaning, { aliases: [alias] })

/** PowerShell's common parameters. Those for errors and warnings work; the others are accepted without effect. */
export const commonParameters = {
  Verbose: optional(switched, 'Accepted, without effect.', { aliases: ['vb'] }),
  Debug: optional(switched, 'Accepted, without effect.', { aliases: ['db'] }),
  ErrorAction: preference('SilentlyContinue or Ignore: prints no error; the exit code reports it.', 'ea'),
  WarningAction: preference('SilentlyContinue or Ignore: prints no warnings.', 'wa'),
  InformationAction: preference('Accepted, without effect.', 'infa'),
  ProgressAction: preference('Accepted, without effect.', 'proga'),
  ErrorVariable: preference('Accepted, without effect.', 'ev'),
  WarningVariable: preference('Accepted, without effect.', 'wv'),
  InformationVariable: preference('Accepted, without effect.', 'iv'),
  OutVariable: preference('Accepted, without effect.', 'ov'),
  OutBuffer: preference('Accepted, without effect.', 'ob'),
  PipelineVariable: preference('Accepted, without effect.', 'pv'),
} satisfies CmdletParameters

/** Parameters of every cmdlet that changes something. */
export const changingParameters = {
  WhatIf: optional(switched, 'Shows what the cmdlet would do, and changes nothing.', { aliases: ['wi'] }),
  Confirm: optional(switched, 'Asks before it changes anything; -Confirm:$false does not ask.', { aliases: ['cf'] }),
} satisfies CmdletParameters
