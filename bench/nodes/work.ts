import { Client } from 'pg'

/** The number of a database server's first process. */
export async function processOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ lines: string }>(`select pg_read_file('postmaster.pid') as lines`)
  await client.end()
  return Number(rows[0]!.lines.split('\n')[0])
}

/** Runs operations, so many at a time. */
export async function concurrently(
  count: number,
  concurrency: number,
  run: (n: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await run(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

const line = 'The quick brown fox jumps over the lazy dog, and 0123456789 more words follow.\r\n'

/** A message of 25 KB. */
export const delivery = (n: number): Buffer =>
  Buffer.from(
    `From: Ada <ada@contoso.test>\r\nTo: Bob <bob@contoso.test>\r\nSubject: Report ${n}\r\n` +
      `Message-ID: <${n}@contoso.test>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n` +
      `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${line.repeat(320)}`,
  )
