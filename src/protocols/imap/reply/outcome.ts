/** What came of it, to be looked at when it is wanted: a failure meanwhile goes neither unheard nor off on its own. */
export const outcomeOf = <T>(work: Promise<T>): Promise<() => T> =>
  work.then(
    (value) => () => value,
    (thrown: unknown) => () => {
      throw thrown
    },
  )
