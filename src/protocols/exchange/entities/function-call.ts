/** A function as the module calls it: `Exchange.GetMailboxFolderStatistics(folderscope=Exchange.ElcFolderType'Inbox')`. */
export function functionCallIn(segment: string): { name: string; values: Readonly<Record<string, string>> } {
  const [, called, inside] = /^([\w.]+)\((.*)\)$/.exec(segment) ?? []
  if (called === undefined) return { name: segment.toLowerCase(), values: {} }
  const values = [...inside!.matchAll(/(?<!\w)(\w+)=[\w.]*'([^']*)'/g)].map(([, name, value]) => [name, value])
  return { name: `${called}()`.toLowerCase(), values: Object.fromEntries(values) }
}
