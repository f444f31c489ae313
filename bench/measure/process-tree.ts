import { readdirSync, readFileSync } from 'node:fs'

/** The resources that a server has used, with all processes that it started. */
export interface Usage {
  /** Seconds of CPU, of children that have ended too. */
  readonly cpu: number
  readonly processes: number
}

const TICKS_PER_SECOND = 100

/** Fields of /proc/PID/stat after the command's name: proc_pid_stat(5). */
const PARENT = 1
const OWN_TIMES = [11, 12]
const ENDED_CHILDREN_TIMES = [13, 14]

export function usageOf(root: number): Usage {
  const members = treeOf(root)
  let cpu = 0
  for (const { pid, fields } of members) {
    const ticks = (places: readonly number[]) =>
      places.reduce((sum, it) => sum + Number(fields[it]), 0) / TICKS_PER_SECOND
    cpu += Math.max(ticks(OWN_TIMES), threadSeconds(pid)) + ticks(ENDED_CHILDREN_TIMES)
  }
  return { cpu, processes: members.length }
}

/** User and system time come in hundredths of a second; the scheduler knows nanoseconds, of threads that are alive. */
function threadSeconds(pid: number): number {
  let nanoseconds = 0
  for (const thread of namesIn(`/proc/${pid}/task`)) {
    nanoseconds += Number.parseInt(readIfThere(`/proc/${pid}/task/${thread}/schedstat`) ?? '0', 10)
  }
  return nanoseconds / 1e9
}

/** Octets of memory that the tree holds, pages shared among processes counted once (PSS). */
export function memoryOf(root: number): number {
  let kilobytes = 0
  for (const { pid } of treeOf(root)) {
    const rollup = readIfThere(`/proc/${pid}/smaps_rollup`) ?? ''
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }
  return kilobytes * 1024
}

/** Seconds of CPU that the whole machine has spent on programs, this one too. */
export function machineCpu(): number {
  const [, user, nice, system, , , interrupts, soft] = readFileSync('/proc/stat', 'latin1').split(/\s+/, 8)
  return (Number(user) + Number(nice) + Number(system) + Number(interrupts) + Number(soft)) / TICKS_PER_SECOND
}

interface Member {
  readonly pid: number
  readonly fields: readonly string[]
}

function treeOf(root: number): Member[] {
  const members = new Map<number, Member>()
  for (const name of namesIn('/proc')) {
    const stat = /^\d+$/.test(name) ? readIfThere(`/proc/${name}/stat`) : undefined
    if (stat === undefined) continue
    members.set(Number(name), { pid: Number(name), fields: stat.slice(stat.lastIndexOf(')') + 2).split(' ') })
  }
  const children = Map.groupBy(members.values(), ({ fields }) => Number(fields[PARENT]))
  const tree: Member[] = []
  const walk = (member: Member | undefined): void => {
    if (!member) return
    tree.push(member)
    for (const child of children.get(member.pid) ?? []) walk(child)
  }
  walk(members.get(root))
  return tree
}

const readIfThere = (file: string): string | undefined => ifThere(() => readFileSync(file, 'latin1'))
const namesIn = (folder: string): readonly string[] => ifThere(() => readdirSync(folder)) ?? []

/** Processes end while they are looked at. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw thrown
  }
}
