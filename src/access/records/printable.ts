const LONGEST = 320

/** What a client gave, fit to stand in a record and on a terminal: without controls, and not endless. */
export const printable = (text: string): string => {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain
}
