import { expect, test } from 'vitest'
import { parseMessage } from '../mime/parse.ts'
import { previewPart, previewText } from './preview.ts'

function preview(message: string): string | undefined {
  const bytes = Buffer.from(message, 'latin1')
  const part = previewPart(parseMessage(bytes).part)
  return part && previewText(part, bytes.subarray(part.bodyStart, part.end))
}

test('plain text becomes one line', () => {
  expect(preview('Subject: x\r\n\r\n  Hello,\r\n\r\n\tdear  reader.\r\n')).toBe('Hello, dear reader.')
})

test('decodes the transfer encoding and the charset', () => {
  const head = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
  expect(preview(`${head}Gr=C3=BC=\r\nn`)).toBe('Grün')
})

test('HTML becomes its visible text', () => {
  expect(preview('Content-Type: text/html\r\n\r\n<style>p{}</style><p>Tea &amp; cake</p>')).toBe('Tea & cake')
})

const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`

test('prefers plain text to HTML, and ignores attachments', () => {
  const message = [
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n',
    part('Content-Disposition: attachment', 'attached'),
    part('Content-Type: text/html', '<b>html</b>'),
    part('Content-Type: text/plain', 'plain'),
  ]
  expect(preview(`${message.join('')}--b--\r\n`)).toBe('plain')
})

test('has at most 200 characters, and no partial character', () => {
  const smile = Buffer.from('😀').toString('latin1')
  const text = preview(`Content-Type: text/plain; charset=utf-8\r\n\r\n${smile.repeat(300)}`)!
  expect(Array.from(text)).toHaveLength(200)
  expect(text.isWellFormed()).toBe(true)
})

test('is empty for a message without text', () => {
  expect(preview('Content-Type: image/png\r\n\r\nx')).toBeUndefined()
  expect(preview('Content-Transfer-Encoding: x-unknown\r\n\r\nx')).toBe('')
})
