/** A language as Graph shows it. */
export interface LocaleInfo {
  readonly locale: string
  readonly displayName: string
}

const locales = [
  'ar-SA',
  'bg-BG',
  'ca-ES',
  'cs-CZ',
  'da-DK',
  'de-AT',
  'de-CH',
  'de-DE',
  'el-GR',
  'en-AU',
  'en-CA',
  'en-GB',
  'en-IE',
  'en-IN',
  'en-US',
  'es-ES',
  'es-MX',
  'et-EE',
  'fi-FI',
  'fr-BE',
  'fr-CA',
  'fr-CH',
  'fr-FR',
  'he-IL',
  'hi-IN',
  'hr-HR',
  'hu-HU',
  'id-ID',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'lt-LT',
  'lv-LV',
  'nb-NO',
  'nl-BE',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'pt-PT',
  'ro-RO',
  'ru-RU',
  'sk-SK',
  'sl-SI',
  'sr-Latn-RS',
  'sv-SE',
  'th-TH',
  'tr-TR',
  'uk-UA',
  'vi-VN',
  'zh-CN',
  'zh-TW',
] as const

const nameOf = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' })

/** The languages that a mailbox can have. */
export const languages: readonly LocaleInfo[] = locales.map((locale) => languageNamed(locale))

export function languageNamed(locale: string): LocaleInfo {
  return { locale, displayName: nameOf.of(locale) ?? locale }
}
