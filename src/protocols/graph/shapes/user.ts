import type { User } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

/** Graph shows few properties of a user without `$select`. */
export const userShape: Shape<User> = {
  type: 'user',
  position: (user) => user,
  properties: {
    businessPhones: () => [],
    displayName: (user) => user.displayName,
    givenName: (user) => user.givenName,
    jobTitle: () => null,
    mail: (user) => user.mail,
    mobilePhone: () => null,
    officeLocation: () => null,
    preferredLanguage: () => null,
    surname: (user) => user.surname,
    userPrincipalName: (user) => user.userPrincipalName,
    id: (user) => user.id,
    accountEnabled: (user) => user.accountEnabled,
    createdDateTime: (user) => dateTime(user.created),
    lastPasswordChangeDateTime: (user) => (user.passwordChanged === undefined ? null : dateTime(user.passwordChanged)),
    mailNickname: (user) => user.mailNickname,
    signInSessionsValidFromDateTime: (user) => dateTime(user.signInsRevoked ?? user.created),
    userType: () => 'Member',
  },
  byDefault: [
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
    'id',
  ],
}
