import { array, assert, constantFrom, oneof, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from './html.ts'
import { anyText } from '../../test/support/any-text.ts'

/** Text as hostile as it can be: markup, quotes and anything else. */
const hostile = oneof(
  anyText(),
  array(
    constantFrom('<', '>', '"', "'", '&', '`', '=', '/', ' ', '\n', '\0', '--', ']]>', 'script', 'x', '\ud800'),
  ).map((parts) => parts.join('')),
)

const read = (markup: string): string =>
  markup.replace(/&(amp|lt|gt|quot|#39|#96);/g, (_whole, name: string) => {
    const characters: Readonly<Record<string, string>> = {
      amp: '&',
      lt: '<',
      gt: '>',
      quot: '"',
      '#39': "'",
      '#96': '`',
    }
    return characters[name]!
  })

describe('html', () => {
  it('lets no input end an attribute, open a tag or begin an entity, and loses none of it', () => {
    assert(
      property(hostile, (input) => {
        const { markup } = html`<p title="${input}">${input}</p>`
        const [, attribute = '', text = ''] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(markup) ?? []
        const plain = input.toWellFormed().replaceAll('\0', '\ufffd')
        expect([read(attribute), read(text)]).toEqual([plain, plain])
        expect(attribute).not.toMatch(/[<>'`]/)
        expect(text).not.toMatch(/[>"'`]|&(?!(amp|lt|gt|quot|#39|#96);)/)
      }),
    )
  })

  it('escapes what stands in a list as well, and takes markup as it is', () => {
    const items = ['<b>', '"'].map((it) => html`<b>${it}</b>`)
    expect(html`<i>${items}</i>`.markup).toBe('<i><b>&lt;b&gt;</b><b>&quot;</b></i>')
    expect(html`${['<', ['>']]}${undefined}${7}`.markup).toBe('&lt;&gt;7')
  })

  it('does not take an object that merely looks like markup', () => {
    const alike = JSON.parse('{"markup":"<script>"}') as never
    expect(() => html`${alike}`.markup).toThrow(TypeError)
  })
})
