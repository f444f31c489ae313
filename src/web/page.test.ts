import { describe, expect, it } from 'vitest'
import { look } from './page.ts'

/** The colours of the two schemes, by name. */
const [light = {}, dark = {}] = [...look.matchAll(/:root\{([^}]*)\}/g)].map(([, body = '']) =>
  Object.fromEntries([...body.matchAll(/--([\w-]+):(#[\da-f]{3,6})/g)].map(([, name, colour]) => [name, colour])),
) as readonly Readonly<Record<string, string>>[]

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[\da-f]/g, '$&$&') : colour
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_name, colours) => {
  // WCAG 2.2 §1.4.3, §1.4.11
  it.each([
    ['ink', 'sheet', 4.5],
    ['ink', 'page', 4.5],
    ['quiet', 'sheet', 4.5],
    ['quiet', 'page', 4.5],
    ['act', 'sheet', 4.5],
    ['on-act', 'act', 4.5],
    ['bad', 'bad-page', 4.5],
    ['line', 'sheet', 3],
  ])('let %s be read on %s', (upon, under, least) => {
    expect(contrast(colours[upon]!, colours[under]!)).toBeGreaterThanOrEqual(least)
  })
})
