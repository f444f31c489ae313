import { expect, it } from 'vitest'
import { textsFor } from './page.ts'

it.each([
  ['', undefined, 'en'],
  ['', 'ja', 'ja'],
  ['', 'ja-JP,ja;q=0.9,en;q=0.8', 'ja'],
  ['', 'en;q=0.3, ja;q=0.7', 'ja'],
  ['', 'ja;q=0, en', 'en'],
  ['', 'de, fr;q=0.5, ja;q=0.1', 'ja'],
  ['', 'de', 'en'],
  ['', ';;;q=,,q', 'en'],
  ['ui_locales=ja en', 'en', 'ja'],
  ['ui_locales=de JA-jp', 'en', 'ja'],
  ['mkt=ja-JP', 'en', 'ja'],
  ['mkt=en-US', 'ja', 'en'],
  ['mkt=constructor', 'ja', 'ja'],
])('answers %j and Accept-Language %j in %s', (query, acceptLanguage, tag) => {
  expect(textsFor(new URLSearchParams(query), acceptLanguage).tag).toBe(tag)
})
