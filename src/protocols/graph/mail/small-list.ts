import { matches, order, readerOf, valueAt } from '../../../codecs/odata/filter.ts'
import { readQueryOptions } from './mail-query.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import { ok } from '../answers.ts'
import { contextOf, linkTo, refuseWith } from './mail-answers.ts'
import type { MailCall } from './mail-route.ts'

/** A collection of a mailbox that fits into memory, such as its categories. */
interface SmallList<Name extends string> {
  /** The path below the user. */
  readonly of: string
  /** The type after `microsoft.graph.`. */
  readonly type: string
  /** The properties that `$select` may name. */
  readonly names: readonly Name[]
}

/** Answers one page: all that match if there is no `$top`. */
export function pageOf<Name extends string>(
  call: MailCall,
  { of, type, names }: SmallList<Name>,
  all: readonly Readonly<Record<Name, unknown>>[],
): HttpAnswer {
  const { request } = call
  const options = readQueryOptions(request.query)
  const { filter, orderBy, top, skip = 0 } = options
  const selected = selectFrom(options.select, type, names)
  const found = filter ? all.filter((one) => matches(filter, readerOf(one))) : all
  const sorted = found.toSorted((one, other) => {
    for (const { path, descending } of orderBy) {
      const by = order(valueAt(readerOf(one), path), valueAt(readerOf(other), path)) ?? 0
      if (by !== 0) return descending ? -by : by
    }
    return 0
  })
  const end = top === undefined ? sorted.length : skip + top
  return ok(request, {
    '@odata.context': contextOf(call, of, selected),
    ...(options.count && { '@odata.count': found.length }),
    value: sorted
      .slice(skip, end)
      .map((one) => (selected ? Object.fromEntries(selected.map((name) => [name, one[name]])) : one)),
    ...(end < sorted.length && { '@odata.nextLink': linkTo(request, { $skip: String(end) }) }),
  })
}

/** The selected properties in their own spelling. Refuses others. */
export const selectFrom = <Name extends string>(
  select: readonly string[] | undefined,
  type: string,
  names: readonly Name[],
): readonly Name[] | undefined =>
  select?.map(
    (written) =>
      names.find((name) => name.toLowerCase() === written.toLowerCase()) ??
      refuseWith(
        'BadRequest',
        `Parsing OData Select and Expand failed: Could not find a property named '${written.slice(0, 128)}' on type 'microsoft.graph.${type}'.`,
      ),
  )
