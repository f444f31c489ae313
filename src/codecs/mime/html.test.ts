import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { VisibleText } from './html.ts'

const read = (...pieces: string[]) => {
  const reading = new VisibleText()
  return pieces.map((piece) => reading.write(piece)).join('') + reading.end()
}

test.each([
  ['<p>one</p><p>two</p>', ' one two '],
  ['w<b>or</b>d <i>and</i>\r\n  more', 'word and more'],
  ['a<br>b<br/>c', 'a b c'],
  ['x<style>p { color: red }</style>y<script>if (a < b) c()</script>z', 'x y z'],
  ['a<!-- hidden > text -->b', 'ab'],
  ['&lt;tag&gt; &amp; caf&eacute;&nbsp;&#x1F389;&#233;&bogus;', '<tag> & café 🎉é&bogus;'],
  ['1 < 2', '1 < 2'],
  ['<!-- no end > x', ' x'],
  ['no end <a href="', 'no end <a href="'],
])('%s', (html, text) => expect(read(html)).toBe(text))

test('a tag cut in two is one tag', () => {
  expect(read('see <a hr', 'ef="x">this</a', '> page')).toBe('see this page')
})

test('any text is read in linear time', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'<>!-/&;# asx\n'.split('')) }), (html) => void read(html)))
  const started = performance.now()
  for (const nasty of ['<', '<!--', '<!-- >', '<script>', '&', '<a ', '<!-->']) read(nasty.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(5000)
})
