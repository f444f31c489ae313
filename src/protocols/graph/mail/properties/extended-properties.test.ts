import { describe, expect, it } from 'vitest'
import type { Uid } from '../../../../core/ids.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { readContent } from '../messages/message-content.ts'
import { folderPropertyValues, isComputed, itemPropertyValues, needsHeader } from './computed-properties.ts'
import { initialState } from './initial-state.ts'
import { parsePropertyId } from './property-id.ts'
import { propertyValue, propertyValues } from './property-value.ts'

const keyOf = (given: string) => parsePropertyId(given).key

describe('the id of an extended property', () => {
  it.each([
    ['LONG 0x0E08', 'Long 0xe08'],
    ['Integer 0xe23', 'Integer 0xe23'],
    ['string 0X007D', 'String 0x7d'],
    ['SystemTime 0x0E06', 'SystemTime 0xe06'],
    [
      'Integer {00062008-0000-0000-C000-000000000046} Id 0x8570',
      'Integer {00062008-0000-0000-c000-000000000046} Id 0x8570',
    ],
    [
      'Integer {00062008-0000-0000-C000-000000000046} id 34160',
      'Integer {00062008-0000-0000-c000-000000000046} Id 0x8570',
    ],
    [
      'String {8ECCC264-6880-4EBE-992F-8888D2EEAA1D} Name My Prop',
      'String {8eccc264-6880-4ebe-992f-8888d2eeaa1d} Name My Prop',
    ],
    [
      'StringArray {8ECCC264-6880-4EBE-992F-8888D2EEAA1D} Name p',
      'StringArray {8eccc264-6880-4ebe-992f-8888d2eeaa1d} Name p',
    ],
    ['clsid 0x1', 'CLSID 0x1'],
  ])('%s is echoed as %s', (given, echoed) => {
    expect(parsePropertyId(given).text).toBe(echoed)
    expect(parsePropertyId(echoed).text).toBe(echoed)
  })

  it('is the same property in another spelling, or with a type of the same width', () => {
    expect(keyOf('LONG 0x0e08')).toBe(keyOf('Integer 0xE08'))
    expect(keyOf('String {8ECCC264-6880-4EBE-992F-8888D2EEAA1D} Name A')).toBe(
      keyOf('string {8eccc264-6880-4ebe-992f-8888d2eeaa1d} name a'),
    )
    expect(keyOf('String 0xe08')).not.toBe(keyOf('Integer 0xe08'))
  })

  it.each([
    '',
    'Integer',
    'Word 0x1',
    'Integer 0x',
    'Integer 0x123456789',
    'String {x} Name y',
    'Integer 12',
    `String {8eccc264-6880-4ebe-992f-8888d2eeaa1d} Name ${'x'.repeat(300)}`,
  ])('is refused if malformed: %j', (given) => {
    expect(() => parsePropertyId(given)).toThrow('is invalid')
  })
})

describe('the value of an extended property', () => {
  it.each([
    ['Integer 0x8000', '42', '42'],
    ['Integer 0x8000', 7, '7'],
    ['Integer 0x8000', '4294967296', undefined],
    ['Long 0x8000', '4294967296', '4294967296'],
    ['Short 0x8000', 'x', undefined],
    ['Boolean 0x8000', true, 'true'],
    ['Boolean 0x8000', 'TRUE', 'true'],
    ['Boolean 0x8000', '1', undefined],
    ['Double 0x8000', '1.5', '1.5'],
    ['Double 0x8000', '', undefined],
    ['Binary 0x8000', 'AAE=', 'AAE='],
    ['Binary 0x8000', '!', undefined],
    ['SystemTime 0x8000', '2026-01-02T03:04:05.678+01:00', '2026-01-02T02:04:05Z'],
    ['SystemTime 0x8000', 'today', undefined],
    ['CLSID 0x8000', '00062008-0000-0000-c000-000000000046', '00062008-0000-0000-c000-000000000046'],
    ['String 0x8000', 'any\ntext', 'any\ntext'],
    ['String 0x8000', null, undefined],
    ['String 0x8000', 'x'.repeat(40_000), undefined],
  ])('of type %s: %j is %j', (id, given, value) => {
    const check = () => propertyValue(parsePropertyId(id), given)
    if (value === undefined) expect(check).toThrow('wrong type')
    else expect(check()).toBe(value)
  })

  it('is a list for a property with several', () => {
    expect(propertyValues(parsePropertyId('IntegerArray 0x9000'), [1, '2'])).toEqual(['1', '2'])
    expect(() => propertyValues(parsePropertyId('IntegerArray 0x9000'), 'x')).toThrow('wrong type')
  })
})

async function item(text: string) {
  const bytes = Buffer.from(text)
  const structure = parseMessage(bytes).part
  const content = await readContent(
    { structure, read: async ({ start, end }) => bytes.subarray(start, end) },
    { header: true, body: false, preview: false },
  )
  const state = {
    isRead: true,
    isDraft: false,
    flagStatus: 'flagged',
    importance: 'high',
    categories: [],
    received: { at: 1000, zone: 0 },
    createdAt: 2000,
    modifiedAt: 3000,
    hasAttachments: true,
    threadId: undefined,
    lastVerb: 'forward',
    octets: 5132,
    uid: 17 as Uid,
    flags: { system: 9, keywords: [] },
  } as const
  return { structure, content, state }
}

const valuesOf = async (ids: readonly string[], text = 'Subject: s\r\n\r\nx') =>
  itemPropertyValues(
    ids.map(parsePropertyId),
    await item(text),
    new Map([[parsePropertyId('String 0x8001').key, 'own']]),
  )

describe('computed properties', () => {
  it('come from the facts of the item, as texts', async () => {
    expect(
      await valuesOf([
        'LONG 0x0E08',
        'Integer 0xe23',
        'Integer 0x0E07',
        'Integer 0x1080',
        'Integer 0x1081',
        'Integer 0x1090',
        'SystemTime 0x0E06',
        'String 0x001a',
        'String 0x007D',
        'Integer {00062008-0000-0000-c000-000000000046} Id 0x8570',
      ]),
    ).toEqual([
      { id: 'Long 0xe08', value: '5132' },
      { id: 'Integer 0xe23', value: '17' },
      { id: 'Integer 0xe07', value: '19' },
      { id: 'Integer 0x1080', value: '262' },
      { id: 'Integer 0x1081', value: '104' },
      { id: 'Integer 0x1090', value: '2' },
      { id: 'SystemTime 0xe06', value: '1970-01-01T00:00:01Z' },
      { id: 'String 0x1a', value: 'IPM.Note' },
      { id: 'String 0x7d', value: 'Subject: s' },
      { id: 'Integer {00062008-0000-0000-c000-000000000046} Id 0x8570', value: '1' },
    ])
  })

  it('leave out what the item lacks, and show what is stored', async () => {
    expect(await valuesOf(['String 0x8001', 'String 0x8002', 'String 0x1035'])).toEqual([
      { id: 'String 0x8001', value: 'own' },
    ])
    expect(isComputed(parsePropertyId('Long 0xe08'))).toBe(true)
    expect(isComputed(parsePropertyId('String 0x8001'))).toBe(false)
    expect(needsHeader([parsePropertyId('String 0x007D')])).toBe(true)
  })

  it.each([
    ['Content-Type: multipart/signed; boundary=x', 'IPM.Note.SMIME.MultipartSigned'],
    ['Content-Type: application/pkcs7-mime', 'IPM.Note.SMIME'],
    ['Content-Type: multipart/report; report-type=delivery-status; boundary=x', 'REPORT.IPM.Note.NDR'],
    ['Content-Type: text/calendar; method=CANCEL', 'IPM.Schedule.Meeting.Canceled'],
  ])('know the message class of %s', async (header, value) => {
    expect(await valuesOf(['String 0x1A'], `${header}\r\n\r\n--x\r\n\r\ny\r\n--x--`)).toEqual([
      { id: 'String 0x1a', value },
    ])
  })

  it('of a folder are its class and its next UID', () => {
    const ids = ['String 0x3613', 'Integer 0x6751', 'String 0x9000'].map(parsePropertyId)
    expect(folderPropertyValues(ids, { uidNext: 5, lastModified: 0 }, new Map())).toEqual([
      { id: 'String 0x3613', value: 'IPF.Note' },
      { id: 'Integer 0x6751', value: '5' },
    ])
  })
})

const state = (entries: Readonly<Record<string, string>>) =>
  initialState(Object.entries(entries).map(([id, value]) => [parsePropertyId(id), value]))

it('sets the state of a new item by its flags and its delivery time', () => {
  expect(state({ 'Integer 0x0E07': '0' })).toEqual({ isRead: false, isDraft: false })
  expect(state({ 'Integer 0x0E07': '1' })).toEqual({ isRead: true, isDraft: false })
  expect(state({ 'Integer 0xe07': '9' })).toEqual({ isRead: true, isDraft: true })
  expect(state({ 'SystemTime 0x0E06': '2026-01-02T00:00:00Z' })).toEqual({ received: Date.UTC(2026, 0, 2) })
  expect(state({})).toEqual({})
})
