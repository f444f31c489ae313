import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { refuse } from '../core/refusal.ts'
import type { Settings } from './settings.ts'

/** The certificate authorities that the settings name. */
export interface Authorities {
  /** Authorities of client certificates, for apps that trust a name (trustedSubjectNameAndIssuers). */
  readonly clients: readonly X509Certificate[]
  /** PEM of authorities for the HTTPS of outside issuers, in addition to those that Node trusts. */
  readonly issuers: string | undefined
}

/** Reads the files that the settings name. Refuses a missing file, and a file without a readable certificate. */
export async function authoritiesOf(settings: Settings['entra']): Promise<Authorities> {
  const clients = await bundle(
    'entra.trusted_certificate_authorities_file',
    settings.trusted_certificate_authorities_file,
  )
  const issuers = await bundle('entra.federation_ca_file', settings.federation_ca_file)
  return { clients, issuers: issuers.length > 0 ? issuers.map(String).join('') : undefined }
}

async function bundle(name: string, file: string): Promise<readonly X509Certificate[]> {
  if (file === '') return []
  const pem = await readFile(file, 'utf8').catch((thrown: Error) =>
    refuse('no-such-thing', `${name} is '${file}', which cannot be read: ${thrown.message}`),
  )
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) refuse('bad-syntax', `${name} is '${file}', which holds no certificate; expected PEM`)
  return blocks.map((block, place) => {
    try {
      return new X509Certificate(block)
    } catch (thrown) {
      return refuse(
        'bad-syntax',
        `${name} is '${file}', whose certificate ${place + 1} cannot be read: ${(thrown as Error).message}`,
      )
    }
  })
}
