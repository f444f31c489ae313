import { Random } from './random.ts'

const ONSETS = [
  'b',
  'br',
  'c',
  'cl',
  'd',
  'dr',
  'f',
  'fl',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
]
const NUCLEI = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou']
const CODAS = ['', '', '', 'l', 'n', 'r', 's', 't', 'nd', 'rk']

/** Words that are spoken as easily as English ones and mean nothing, short ones first. */
const invented: readonly string[] = (() => {
  const random = new Random(0x5eed)
  const syllable = () => random.pick(ONSETS) + random.pick(NUCLEI) + random.pick(CODAS)
  const words = new Set<string>()
  while (words.size < 1500) {
    const syllables = 1 + Math.floor(words.size / 500)
    words.add(Array.from({ length: syllables }, syllable).join(''))
  }
  return [...words]
})()

const list = (words: string): readonly string[] => words.split(' ')

/** The words of messages, by language. */
export const vocabulary = {
  plain: invented,
  western: [
    ...list('größer Straße Übung schön für müssen Gebühr Rückmeldung'),
    ...list('réunion été déjà reçu français où garçon jusqu’à').map((word) => word.replace('’', "'")),
    ...list('señor mañana también ação coração não útil'),
    ...invented.slice(0, 40),
  ],
  russian: list('отчёт за квартал встреча завтра договор счёт проект срок поставка письмо ответ спасибо коллеги важно'),
  japanese: list('会議 資料 確認 お願いします 明日 予定 東京 報告書 添付 連絡 ありがとう 担当 変更 来週'),
  mixed: [
    ...list('zażółć gęślą jaźń łódź Ελλάδα καλημέρα şöyle ağaç 你好 世界 naïve café — €'),
    ...invented.slice(0, 60),
  ],
} satisfies Record<string, readonly string[]>

export const givenNames = list(
  'Anna Björn Chloé Dmitri Elena Farid Grace Hiroshi Inês Jürgen Kasia Łukasz María Noor Ольга 美咲 Pat Søren',
)
export const familyNames = list(
  "Smith Müller García Nowak Иванова 山田 Okafor Dubois Rossi Larsen Silva Chen O'Neil Haddad",
)

/** A word as often as a language has it: few words often, many seldom. */
export const frequent = (random: Random, words: readonly string[]): string =>
  words[Math.floor(words.length * random.unit() ** 2)]!
