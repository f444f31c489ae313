import { optional, type CmdletParameters } from './cmdlet.ts'
import { switched, text } from './parameter-type.ts'

const preference = (meaning: string, alias: string) => optional(text, meaning, { aliases: [alias] })

/** PowerShell's common parameters. Those for errors and warnings work; the others are accepted without effect. */
export const commonParameters = {
  Verbose: optional(switched, 'Accepted, without effect.', { aliases: ['vb'] }),
  Debug: optional(switched, 'Accepted, without effect.', { aliases: ['db'] }),
  ErrorAction: preference('SilentlyContinue or Ignore: a failure is not told of; the exit code does.', 'ea'),
  WarningAction: preference('SilentlyContinue or Ignore: no warnings are shown.', 'wa'),
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
  WhatIf: optional(switched, 'Say what would be done, and do nothing.', { aliases: ['wi'] }),
  Confirm: optional(switched, 'Ask first; -Confirm:$false does not ask.', { aliases: ['cf'] }),
} satisfies CmdletParameters
