/** The way to decode a charset. */
export type Charset =
  | { readonly by: 'utf-8' }
  /** An unknown name, or US-ASCII: the octets decide. */
  | { readonly by: 'guess' }
  /** A seven-bit charset with shift sequences. */
  | { readonly by: 'shifted'; readonly shift: Shift }
  /** A charset of iconv-lite. */
  | { readonly by: 'table'; readonly name: string }

export type Shift = 'iso-2022-jp' | 'iso-2022-kr' | 'hz' | 'utf-7'

/** Names in mail that iconv-lite does not have, or that in practice mean a larger charset. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Senders of ISO-8859-1 or ISO-8859-9 often use Microsoft's superset.
    'iso-8859-1': 'windows-1252',
    latin1: 'windows-1252',
    l1: 'windows-1252',
    ansi: 'windows-1252',
    'x-ansi': 'windows-1252',
    'iso-8859-9': 'windows-1254',
    latin5: 'windows-1254',
    'iso-8859-8-i': 'windows-1255',
    'iso-8859-8-e': 'windows-1255',
    'iso-8859-8': 'windows-1255',
    'x-sjis': 'shift_jis',
    'x-ms-cp932': 'shift_jis',
    ms_kanji: 'shift_jis',
    'windows-31j': 'shift_jis',
    cp932: 'shift_jis',
    'x-euc-jp': 'euc-jp',
    gb2312: 'gb18030',
    'gb2312-80': 'gb18030',
    'gb_2312-80': 'gb18030',
    'x-gbk': 'gb18030',
    gbk: 'gb18030',
    cp936: 'gb18030',
    'euc-cn': 'gb18030',
    chinese: 'gb18030',
    'x-x-big5': 'big5-hkscs',
    big5: 'big5-hkscs',
    'ks_c_5601-1987': 'cp949',
    ks_c_5601: 'cp949',
    ksc5601: 'cp949',
    'euc-kr': 'cp949',
    'x-windows-949': 'cp949',
    'tis-620': 'windows-874',
    'iso-8859-11': 'windows-874',
    'x-mac-roman': 'macintosh',
    mac: 'macintosh',
    'x-mac-cyrillic': 'maccyrillic',
    'x-mac-ce': 'maccenteuro',
    'x-mac-greek': 'macgreek',
    'x-mac-turkish': 'macturkish',
    koi8: 'koi8-r',
    unicode: 'utf-16',
  }),
)

const utf8: ReadonlySet<string> = new Set([
  'utf-8',
  'utf8',
  'unicode-1-1-utf-8',
  'x-unicode-2-0-utf-8',
  'cp65001',
  'utf-8n',
  'utf8mb4',
])
const unsaid: ReadonlySet<string> = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'iso646-us',
  'default',
  'unknown-8bit',
  'x-unknown',
  'x-user-defined',
])
const shifted: ReadonlyMap<string, Shift> = new Map([
  ['iso-2022-jp', 'iso-2022-jp'],
  ['iso-2022-jp-1', 'iso-2022-jp'],
  ['iso-2022-jp-2', 'iso-2022-jp'],
  ['iso-2022-jp-3', 'iso-2022-jp'],
  ['iso-2022-jp-ms', 'iso-2022-jp'],
  ['csiso2022jp', 'iso-2022-jp'],
  ['cp50220', 'iso-2022-jp'],
  ['cp50221', 'iso-2022-jp'],
  ['jis', 'iso-2022-jp'],
  ['iso-2022-kr', 'iso-2022-kr'],
  ['csiso2022kr', 'iso-2022-kr'],
  ['hz', 'hz'],
  ['hz-gb-2312', 'hz'],
  ['utf-7', 'utf-7'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['unicode-2-0-utf-7', 'utf-7'],
  ['x-unicode-2-0-utf-7', 'utf-7'],
])

/** The charset of a label in a message, with any letter case and quotes. `known`: whether a table exists for a name. */
export function findCharset(label: string | undefined, known: (name: string) => boolean): Charset {
  const name = (label ?? '')
    .slice(0, 64)
    .toLowerCase()
    .replace(/["'\s]/g, '')
  if (utf8.has(name)) return { by: 'utf-8' }
  if (unsaid.has(name)) return { by: 'guess' }
  const shift = shifted.get(name)
  if (shift) return { by: 'shifted', shift }
  const alias = aliases.get(name) ?? name
  return textual.test(alias) && known(alias) ? { by: 'table', name: alias } : { by: 'guess' }
}

/** Matches the charsets of iconv-lite, which also has encodings such as base64 and hex. */
const textual = /^(?!base64$|hex$|binary$|utf7imap$|utf-7-imap$)/
