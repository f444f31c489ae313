import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readAttributes } from '../../../src/codecs/mime/attributes.ts'
import { parseMessage } from '../../../src/codecs/mime/parse.ts'
import { searchTexts } from '../../../src/codecs/mime/text.ts'
import { decodeTransfer } from '../../../src/codecs/mime/transfer.ts'

const folder = new URL('../../../samples/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.eml'))
const read = (name: string) => readFileSync(new URL(name, folder))

test.each(names)('%s can be read whole', (name) => {
  const bytes = read(name)
  const message = parseMessage(bytes)
  expect(message.lineOctets).toBe(bytes.length)
  for (const { text } of searchTexts(bytes, message.part)) expect(text).not.toContain('\ufffd')
  const { subject, from, date, messageId } = readAttributes(bytes, message)
  expect([subject, from, date, messageId]).not.toContain(undefined)
})

const textsOf = (name: string) => {
  const bytes = read(name)
  return [...searchTexts(bytes, parseMessage(bytes).part)].map(({ text }) => text).join('\n')
}

test.each([
  ['meeting-iso-2022-jp.eml', '来週の打ち合わせについて'],
  ['meeting-iso-2022-jp.eml', '本社三階の会議室'],
  ['estimate-shift-jis.eml', '見積書.csv'],
  ['estimate-shift-jis.eml', 'ボールペン'],
  ['delivery-koi8-r.eml', 'Накладная за третий квартал'],
  ['complaint-iso-8859-1.eml', 'waren durchnässt. Bitte'],
  ['quote-gb18030.eml', '㐂㐄号仓库'],
  ['eight-bit.eml', 'Zażółć gęślą jaźń'],
  ['rfc2231-file-name.eml', 'Relatório de outubro com as vendas por região 2025.csv'],
  ['forwarded.eml', 'À bientôt'],
  ['newsletter.eml', 'No. 260 '],
])('%s holds %s', (name, text) => expect(textsOf(name)).toContain(text))

test('attachments are the files that they say they are', () => {
  const invoice = read('invoice-with-pdf.eml')
  const pdf = parseMessage(invoice).part.children[1]!
  expect(decodeTransfer(invoice.subarray(pdf.bodyStart, pdf.end), pdf.encoding)?.toString('latin1')).toMatch(
    /^%PDF-1\.4[^]*startxref\n\d+\n%%EOF\n$/,
  )
})
