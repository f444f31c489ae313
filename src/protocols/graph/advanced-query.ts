import { conjuncts, type Filter } from '../../codecs/odata/filter.ts'
import type { SortKey } from '../../codecs/odata/parse-order-by.ts'
import type { HttpRequest } from '../../core/http.ts'
import { badRequest } from './errors.ts'
import { optionIn } from './query.ts'

/**
 * Refuses what Graph answers from an index that may be late, unless the request says that it takes that: with
 * `ConsistencyLevel: eventual` and, but for a mere count, `$count=true` (Graph's "advanced query capabilities").
 */
export function checkConsistency(
  request: HttpRequest,
  asked: { readonly filter: Filter | undefined; readonly order: readonly SortKey[] },
): void {
  const { filter, order } = asked
  const advanced =
    filter === undefined ? undefined : (operatorIn(filter) ?? (order.length > 0 ? 'OrderBy with Filter' : undefined))
  if (advanced === undefined || (isEventual(request) && optionIn(request, '$count')?.toLowerCase() === 'true')) return
  badRequest(
    `Operator '${advanced}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header.`,
    'Request_UnsupportedQuery',
  )
}

/** The same of `/$count`. */
export function checkCountConsistency(request: HttpRequest): void {
  if (!isEventual(request)) badRequest('$count is not currently supported.', 'Request_BadRequest')
}

const isEventual = ({ headers }: HttpRequest): boolean => headers.consistencylevel?.trim().toLowerCase() === 'eventual'

/** The first operator that the directory's own tables do not answer. */
function operatorIn(filter: Filter): string | undefined {
  for (const part of conjuncts(filter)) {
    const found = namedOperator(part)
    if (found !== undefined) return found
  }
  return undefined
}

function namedOperator(part: Filter): string | undefined {
  switch (part.kind) {
    case 'ne':
      return 'NotEqualsMatch'
    case 'not':
      return 'Not'
    case 'endswith':
      return 'EndsWith'
    case 'contains':
      return 'Contains'
    case 'or':
      return part.all.map(operatorIn).find((found) => found !== undefined)
    case 'any':
    case 'all':
      return part.each && operatorIn(part.each.filter)
    default:
      return 'path' in part && part.path.at(-1) === '$count' ? 'Count' : undefined
  }
}
