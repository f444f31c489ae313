/** Deterministic mail for tests: varied in size, charset and structure, all of it CRLF. */
export function sampleMessage(number: number): Buffer {
  const kinds = [plain, latin, alternative, attachment]
  return kinds[number % kinds.length]!(number)
}

const people = ['Ada Lindqvist', 'Bo Ferreira', 'Chiyo Tanaka', 'Dmitri Orlov', 'Esi Boateng']

function head(number: number, subject: string): string {
  const who = people[number % people.length]!
  const at = new Date(Date.UTC(2026, 0, 1) + number * 61_000).toUTCString().replace('GMT', '+0000')
  return [
    `From: ${who} <${who.split(' ')[0]!.toLowerCase()}@example.com>`,
    'To: Kim Akers <kim.akers@contoso.test>',
    `Subject: ${subject}`,
    `Date: ${at}`,
    `Message-ID: <letter-${number}@example.com>`,
    'MIME-Version: 1.0',
    '',
  ].join('\r\n')
}

const paragraph = (number: number, lines: number): string =>
  Array.from({ length: lines }, (_, line) => `Line ${line} of letter ${number}, and some words to fill it.\r\n`).join(
    '',
  )

const plain = (number: number): Buffer =>
  Buffer.from(
    `${head(number, `Plain letter ${number}`)}Content-Type: text/plain; charset=us-ascii\r\n\r\n` +
      `${paragraph(number, (number % 40) + 1)}.A line that begins with a dot\r\n..and one with two\r\n.\r\n`,
  )

const latin = (number: number): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${head(number, `=?iso-8859-1?Q?Gr=FC=DFe_${number}?=`)}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`,
    ),
    Buffer.from(`Grüße Nummer ${number}, naïve façade\r\n`, 'latin1'),
    Buffer.from(paragraph(number, number % 17)),
  ])

const alternative = (number: number): Buffer =>
  Buffer.from(
    `${head(number, `=?utf-8?B?${Buffer.from(`会議 ${number}`).toString('base64')}?=`)}Content-Type: multipart/alternative; boundary="b${number}"\r\n\r\n` +
      `--b${number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n会議の議事録 ${number}\r\n` +
      `--b${number}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Letter=20${number}</p>\r\n--b${number}--\r\n`,
  )

const attachment = (number: number): Buffer =>
  Buffer.from(
    `${head(number, `Report ${number}`)}Content-Type: multipart/mixed; boundary="m${number}"\r\n\r\n` +
      `--m${number}\r\nContent-Type: text/plain\r\n\r\n${paragraph(number, 3)}` +
      `--m${number}\r\nContent-Type: application/octet-stream; name="r${number}.bin"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="r${number}.bin"\r\n\r\n` +
      `${Buffer.alloc(57 * ((number % 50) + 1), number % 256)
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n')}\r\n--m${number}--\r\n`,
  )
