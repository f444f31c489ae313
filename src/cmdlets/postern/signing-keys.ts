/** What the cmdlets of the keys that sign tokens have in common. */
export const signingKeys = '/postern/v1/signing-keys'

export const signingKeyColumns = ['kid', 'state', 'signsFrom', 'ends', 'encrypted']
