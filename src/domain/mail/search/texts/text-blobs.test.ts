import { expect, test } from 'vitest'
import { mailStage } from '../../../../../test/support/mail-stage.ts'
import { type BlobRef, sql } from '../../../../storage/engine.ts'
import { TextBlobs } from './text-blobs.ts'

async function everyName(blobs: TextBlobs, until: string): Promise<readonly BlobRef[]> {
  const all: BlobRef[] = []
  for (let some = await blobs.names('', until); some.length > 0; some = await blobs.names(some.at(-1)!, until)) {
    all.push(...some)
  }
  return all
}

test('bytes of texts are named from the moment they are there', async () => {
  const { engine } = await mailStage()
  const blobs = new TextBlobs(engine.sql, engine.blobs)
  const written: BlobRef[] = []
  for (let nth = 0; nth < 300; nth++) {
    await blobs.append(Buffer.from(`text ${nth}`), async (blob) => {
      written.push(blob)
      await engine.sql.write(function* () {
        yield sql`insert into mail_text (kind, format, blob, columns, messages, live) values (0, 1, ${blob}, '{}', 1, 1)`
      })
    })
  }
  await blobs.append(Buffer.from('on its way'), async (blob) => {
    expect(await everyName(blobs, '~')).toEqual([...written, blob].sort())
  })
  await expect(
    blobs.append(Buffer.from('failed'), async () => {
      throw new Error('no row')
    }),
  ).rejects.toThrow('no row')
  expect(await everyName(blobs, '~')).toEqual(written.toSorted())
  const [, second, third] = written.toSorted()
  expect(await blobs.names(second!, third!)).toEqual([])
})
