/** A message of about so many octets, from an address. */
export function messageOf(from: string, octets: number, index: number): Buffer {
  const header = [
    `From: <${from}>`,
    'To: <somebody@bench.test>',
    `Subject: Report ${index}`,
    `Message-ID: <${index}.${octets}@bench.test>`,
    'Date: Tue, 1 Dec 2026 09:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ].join('\r\n')
  const line = 'The figures of the week are as expected, and nothing has to be done.\r\n'
  return Buffer.from(`${header}\r\n\r\n${line.repeat(Math.ceil(octets / line.length))}`, 'latin1')
}
