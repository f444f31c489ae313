import { optional, type CmdletParameters } from './cmdlet.ts'
import { switched, text } from './parameter-type.ts'

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
