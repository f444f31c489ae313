import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { makeCertificate } from '../../test/support/certificates.ts'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { entraDefaults } from '../../test/support/token-service.ts'
import { authoritiesOf } from './authorities.ts'

const now = Date.UTC(2026, 10, 24, 8)

it('the authorities of a bundle are read, with what stands between them', async () => {
  const file = path.join(temporaryDirectory(), 'bundle.pem')
  const [one, other] = [await makeCertificate({ now }), await makeCertificate({ now })]
  await writeFile(file, `# the first\n${one.pem}\n# the second\n${other.pem}\n`)
  const read = await authoritiesOf({
    ...entraDefaults,
    trusted_certificate_authorities_file: file,
    federation_ca_file: file,
  })
  expect(read.clients.map(({ raw }) => raw)).toEqual([one.der, other.der])
  expect(read.issuers?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
})

it('nobody is trusted where no file is named', async () => {
  expect(await authoritiesOf(entraDefaults)).toEqual({ clients: [], issuers: undefined })
})

it('a file that is not there, or holds no certificate, stops the start with the name of its setting', async () => {
  const file = path.join(temporaryDirectory(), 'bundle.pem')
  const settings = { ...entraDefaults, federation_ca_file: file }
  await expect(authoritiesOf(settings)).rejects.toThrow(/^entra.federation_ca_file is .* cannot be read/)
  await writeFile(file, 'hello')
  await expect(authoritiesOf(settings)).rejects.toThrow(/holds no certificate/)
  await writeFile(file, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  await expect(authoritiesOf(settings)).rejects.toThrow(/whose certificate 1 cannot be read/)
})
