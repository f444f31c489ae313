import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../core/refusal.ts'
import { bind, bindJson, type Sources } from './bind.ts'
import { changingParameters, commonParameters, exchangeCmdlet, mandatory, optional } from './cmdlet.ts'
import { boolean, choice, choices, integer, object, objects, secret, switched, text, texts } from './parameter-type.ts'
import { anyText } from '../../test/support/any-text.ts'

const tried = exchangeCmdlet({
  name: 'Set-Tried',
  synopsis: 'Tries every type.',
  parameters: {
    Identity: mandatory(text, '', { position: 0 }),
    Place: optional(text, '', { position: 1, aliases: ['Where'] }),
    Pass: optional(secret, ''),
    Names: optional(texts, ''),
    Enabled: optional(boolean, ''),
    Shared: optional(switched, ''),
    Count: optional(integer(1, 10), ''),
    Kind: optional(choice(['All', 'None']), ''),
    Rights: optional(choices(['Full', 'Read']), ''),
    Object: optional(object, ''),
    Objects: optional(objects, ''),
  },
  columns: [],
})

const files: Sources = {
  file: async (name) => `content of ${name}\n`,
  standardInput: async () => 'from standard input\r\n',
}

const bound = async (...words: string[]) => (await bind(tried, words, files)).values
const refusal = async (...words: string[]): Promise<Refusal> => {
  try {
    await bind(tried, words, files)
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown
  }
  throw new Error('It was bound')
}

describe('binding words', () => {
  it.each<[string[], object]>([
    [['-Identity', 'a'], { Identity: 'a' }],
    [['a'], { Identity: 'a' }],
    [['a', 'b'], { Identity: 'a', Place: 'b' }],
    [['b', '-Identity', 'a'].slice(1), { Identity: 'a' }],
    [['-Place', 'b', 'a'], { Identity: 'a', Place: 'b' }],
    [['-IDENTITY:a'], { Identity: 'a' }],
    [['-Identity:-a'], { Identity: '-a' }],
    [['-Identity:a:b'], { Identity: 'a:b' }],
    [['-ident', 'a'], { Identity: 'a' }],
    [['a', '-where', 'b'], { Identity: 'a', Place: 'b' }],
    [['a', '-Names', 'x,y'], { Identity: 'a', Names: ['x', 'y'] }],
    [['a', '-Names', 'x,', 'y'], { Identity: 'a', Names: ['x', 'y'] }],
    [['a', '-Names', '["x,y","z"]'], { Identity: 'a', Names: ['x,y', 'z'] }],
    [['a', '-Shared'], { Identity: 'a', Shared: true }],
    [['-Shared', 'a'], { Identity: 'a', Shared: true }],
    [['a', '-Shared:$false'], { Identity: 'a', Shared: false }],
    [['a', '-Shared:False'], { Identity: 'a', Shared: false }],
    [['a', '-Shared:'], { Identity: 'a', Shared: false }],
    [['a', '-Shared', 'false'], { Identity: 'a', Shared: false }],
    [['a', '-Shared', '$true'], { Identity: 'a', Shared: true }],
    [['a', '-Enabled', '$false'], { Identity: 'a', Enabled: false }],
    [['a', '-Enabled:'], { Identity: 'a', Enabled: false }],
    [['a', '-Enabled', '1'], { Identity: 'a', Enabled: true }],
    [['a', '-Count', '7'], { Identity: 'a', Count: 7 }],
    [['a', '-Kind', 'ALL'], { Identity: 'a', Kind: 'All' }],
    [['a', '-Rights', 'full,read,Full'], { Identity: 'a', Rights: ['Full', 'Read'] }],
    [['a', '-Object', '{"b":[1]}'], { Identity: 'a', Object: { b: [1] } }],
    [['a', '-Objects', '[{"b":1},{}]'], { Identity: 'a', Objects: [{ b: 1 }, {}] }],
    [['a', '-Objects', '{"b":1}'], { Identity: 'a', Objects: [{ b: 1 }] }],
    [['a', '-Pass', '@secret.txt'], { Identity: 'a', Pass: 'content of secret.txt' }],
    [['a', '-Pass', '@-'], { Identity: 'a', Pass: 'from standard input' }],
    [['a', '-Pass', '@@home'], { Identity: 'a', Pass: '@home' }],
    [['a', '-ErrorAction', 'Stop', '-Verbose'], { Identity: 'a' }],
  ])('%j', async (words, values) => {
    expect(await bound(...words)).toEqual(values)
  })

  it.each<[string[], string, RegExp]>([
    [[], 'Identity', /missing mandatory parameters: Identity\./],
    [[''], 'Identity', /missing mandatory parameters: Identity\./],
    [['a', '-Nonsense', 'b'], 'Nonsense', /cannot be found that matches parameter name 'Nonsense'\./],
    [['a', '-P', 'b'], 'P', /Possible matches include: -Place -Pass\./],
    [['a', '-O', '{}'], 'O', /'O' is ambiguous\. Possible matches include: -Object -Objects\./],
    [['a', '-Place'], 'Place', /Missing an argument for parameter 'Place'\. Specify a parameter of type 'String'/],
    [['a', '-Place', '-Shared'], 'Place', /Write -Place:-Shared/],
    [['a', '-Enabled'], 'Enabled', /write -Enabled:false/],
    [['a', '-Enabled', 'perhaps'], 'Enabled', /expected true or false/],
    [['a', '-Count', '11'], 'Count', /expected a whole number from 1 to 10/],
    [['a', '-Count', '1.5'], 'Count', /expected/],
    [['a', '-Kind', 'Some'], 'Kind', /expected one of All, None/],
    [['a', '-Rights', 'Full,Write'], 'Rights', /expected a list of Full, Read/],
    [['a', '-Rights', ','], 'Rights', /expected/],
    [['a', '-Object', '[]'], 'Object', /expected an object in JSON/],
    [['a', '-Objects', '[1]'], 'Objects', /expected/],
    [['a', '-Names', '["x"'], 'Names', /expected/],
    [['a', '-Identity', 'b'], 'Identity', /specified more than once/],
    [['a', '-Shared', '-Shared'], 'Shared', /specified more than once/],
  ])('%j is refused, naming %s', async (words, parameter, said) => {
    const { reason, message, detail } = await refusal(...words)
    expect(reason).toBe('bad-syntax')
    expect(message).toMatch(said)
    expect(detail).toMatchObject({ code: 'ParameterBindingException', parameter })
  })

  it('has no place for a word too many', async () => {
    expect((await refusal('a', 'b', 'c')).message).toMatch(
      /positional parameter cannot be found that accepts argument 'c'/,
    )
  })

  it('never repeats a value that it cannot use, which may be a secret', async () => {
    expect((await refusal('a', '-Object', 'hunter2')).message).not.toContain('hunter2')
  })

  it('keeps what a person asked of the command line apart from the values', async () => {
    const plain = await bind(tried, ['a'], files)
    expect(plain).toMatchObject({ whatIf: false, confirm: undefined, warnings: true, errors: true })
    const asked = await bind(tried, ['a', '-WhatIf', '-Confirm:$false', '-wa', 'SilentlyContinue'], files)
    expect(asked).toEqual({ values: { Identity: 'a' }, whatIf: true, confirm: false, warnings: false, errors: true })
  })

  it('has no -WhatIf where nothing changes', async () => {
    const reading = { ...tried, name: 'Get-Tried' } as const
    await expect(bind(reading, ['a', '-WhatIf'], files)).rejects.toThrow(/parameter cannot be found/)
  })

  it('takes every text as it is, unless it begins with @', async () => {
    await fc.assert(
      fc.asyncProperty(anyText(), async (value) => {
        fc.pre(value !== '' && !value.startsWith('@'))
        expect(await bound(`-Identity:${value}`)).toEqual({ Identity: value })
      }),
    )
  })

  it('accepts exactly the prefixes of one parameter', async () => {
    const names = [...Object.keys(tried.parameters), 'Where'].map((name) => name.toLowerCase())
    const common = Object.values({ ...commonParameters, ...changingParameters }).flatMap(({ aliases }) => aliases)
    for (const name of names) {
      for (let length = 1; length <= name.length; length++) {
        const prefix = name.slice(0, length)
        // A complete name or alias, also of a common parameter, has precedence over a prefix.
        if (common.includes(prefix)) continue
        const meant = names.includes(prefix) ? [prefix] : names.filter((it) => it.startsWith(prefix))
        const outcome = await bind(tried, ['a', `-${prefix}:1`], files).then(
          () => 'bound',
          (thrown: Refusal) => (/ambiguous/.test(thrown.message) ? 'ambiguous' : 'understood'),
        )
        expect([prefix, outcome === 'ambiguous']).toEqual([prefix, meant.length > 1])
      }
    }
  })

  it('answers any words with values or a refusal', async () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-Identity', '-Shared', '-Enabled:', '-', '--', '-:', '-Names', 'a,', '-Objects', '[', '{}'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
        await bind(tried, words, files).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Refusal))
      }),
    )
  })
})

const json = (parameters: Record<string, unknown>) => bindJson(tried, parameters).values

describe('binding JSON', () => {
  it('takes names in any case and values as scripts send them', () => {
    const given = {
      IDENTITY: 7,
      where: 'b',
      shared: 'True',
      Enabled: false,
      Count: '3',
      Rights: 'Full,Read',
      Names: 'one, two',
      Object: { '@odata.type': '#Exchange.GenericHashTable', add: ['x'] },
    }
    expect(json(given)).toEqual({
      Identity: '7',
      Place: 'b',
      Shared: true,
      Enabled: false,
      Count: 3,
      Rights: ['Full', 'Read'],
      Names: ['one, two'],
      Object: { add: ['x'] },
    })
  })

  it('takes null for not given, and leaves annotations out', () => {
    expect(json({ Identity: 'a', Place: null, '@odata.type': 'x' })).toEqual({ Identity: 'a' })
  })

  it.each<[Record<string, unknown>, RegExp]>([
    [{}, /missing mandatory parameters: Identity\./],
    [{ Identity: null }, /missing mandatory parameters: Identity\./],
    [{ Identity: {} }, /parameter 'Identity'\. The value cannot be used/],
    [{ Identity: 'a', Ident: 'b' }, /matches parameter name 'Ident'/],
    [{ Identity: 'a', identity: 'b' }, /more than once/],
    [{ Identity: 'a', __proto__x: 1 }, /parameter cannot be found/],
    [{ Identity: 'a', constructor: 1 }, /parameter cannot be found/],
    [{ Identity: 'a', Names: [1] }, /on parameter 'Names'/],
    [{ Identity: 'a', Shared: 1 }, /on parameter 'Shared'/],
    [{ Identity: 'a', Names: Array(1001).fill('x') }, /-Names has more than 1000 entries/],
    [{ Identity: 'a', Object: { add: Array(1001).fill('x') } }, /-Object has more than 1000 entries/],
  ])('%j is refused', (parameters, said) => {
    expect(() => json(parameters)).toThrow(said)
  })

  it('answers any JSON with values or a refusal', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom(...Object.keys(tried.parameters)))
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), (parameters) => {
        try {
          json(parameters)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})

it('binds a text of 900,000 characters without taking it apart', () => {
  const value = 'x'.repeat(900_000)
  // The shortest of several tries, because the machine may be busy: it took hundreds of milliseconds.
  const tries = Array.from({ length: 5 }, () => {
    const from = performance.now()
    expect(bindJson(tried, { Identity: value }).values).toEqual({ Identity: value })
    return performance.now() - from
  })
  expect(Math.min(...tries)).toBeLessThan(100)
})
