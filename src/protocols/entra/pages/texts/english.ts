import { dateTimeIn } from '../../../../web/language.ts'

const shown = dateTimeIn('en-GB')

/** The texts of the pages in English. The compiler checks that other languages have the same ones. */
export const english = {
  /** RFC 5646. */
  tag: 'en',
  signIn: {
    title: 'Sign in',
    toGoOnTo: (app: string) => `to continue to ${app}`,
    userName: 'User name',
    userNameForm: 'someone@example.com',
    next: 'Next',
    userNameMissing: 'Enter your user name, in the form of an email address.',
  },
  password: {
    title: 'Enter your password',
    account: 'Account',
    password: 'Password',
    signIn: 'Sign in',
    otherAccount: 'Use another account',
    missing: 'Enter your password.',
    wrong:
      'The user name or the password is wrong, or there were too many attempts. If you are sure of both, wait a while and try again.',
    disabled: 'This account is disabled. Your administrator can enable it.',
  },
  newPassword: {
    title: 'Choose a new password',
    why: 'You have to change your password before you continue.',
    current: 'Current password',
    chosen: 'New password',
    again: 'Confirm the new password',
    change: 'Change and sign in',
    differ: 'The two new passwords are not the same.',
    same: 'The new password must be different from the current one.',
    refused: 'This password is not allowed. Choose another one.',
  },
  accounts: {
    title: 'Choose an account',
    signedIn: 'Signed in',
    other: 'Use another account',
  },
  consent: {
    title: 'Permissions requested',
    titleForAll: 'Permissions for your organization',
    app: 'App',
    publisher: 'Published by',
    ownOrganization: (tenant: string) => `${tenant} (your organization)`,
    outside: (tenant: string) => `${tenant} (not your organization)`,
    appId: 'App id',
    account: 'Account',
    wantsTo: 'This app would like to:',
    wantsToForAll: 'This app would like to, for all users of your organization:',
    itself: 'As the app itself, without a signed-in user',
    forPeople: 'For signed-in users',
    on: (resource: string) => `In ${resource}`,
    meaning:
      'If you accept, the app may do this with your data until the permission is revoked. Accept only if you trust it.',
    meaningForAll:
      'If you accept, the app may do this in the whole organization, and no other user will be asked. Accept only if you trust it.',
    forAll: 'Accept for all users of the organization',
    accept: 'Accept',
    cancel: 'Cancel',
    administrator: '(only an administrator can grant it)',
  },
  /** Names of Microsoft's permissions. In English the directory has them. */
  permissions: {} as Readonly<Record<string, string>>,
  approval: {
    title: 'Administrator approval needed',
    text: (app: string) => `${app} requests permissions that only an administrator of your organization can grant.`,
    ask: 'Ask an administrator to grant them, then try again.',
    otherAccount: 'Sign in with another account',
    back: 'Back to the app without granting permissions',
  },
  device: {
    title: 'Enter the code',
    text: 'Enter the code that your app or device shows.',
    code: 'Code',
    next: 'Next',
    wrong: 'The code is wrong or has expired. Look at the device again.',
    tooMany: 'There were too many wrong codes from here. Wait a while and try again.',
    confirmTitle: (app: string) => `Sign in to ${app}?`,
    confirmText: (app: string, from: string) =>
      `${app} requested this code from the address ${from}. Continue only if you started this yourself, on your own device. Nobody from support will ever ask you to enter a code.`,
    goOn: 'Continue',
    cancel: 'Cancel',
    doneTitle: 'You are signed in',
    done: (app: string) => `You have signed in to ${app} on your device. You may close this window.`,
    declinedTitle: 'Not signed in',
    declined: (app: string) => `${app} was not given access. You may close this window.`,
  },
  ownPasswords: {
    title: 'Passwords for your mail',
    text: (address: string, until: number) =>
      `Programs can no longer open ${address} with your password over the protocols below. You can turn each of them on again once, until ${shown(until)}. Use the time to change the program to OAuth.`,
    enable: (protocol: string) => `Turn on ${protocol}`,
    nothing:
      'There is nothing to turn on for you here. If a program can no longer open your mail, ask your administrator.',
    doneTitle: 'Turned on again',
    done: (protocol: string, address: string, until: number) =>
      `Programs can open ${address} with your password over ${protocol} again, until ${shown(until)}. Your administrator is notified. You may close this window.`,
  },
  signedOut: {
    title: 'You are signed out',
    text: 'Close all browser windows to be safe.',
  },
  moving: {
    title: 'Going back to the app',
    text: (app: string) => `You are being redirected to ${app}.`,
    goOn: 'Continue',
  },
  native: {
    title: 'You are signed in',
    text: 'You may close this window and go back to the app.',
    failedTitle: 'Not signed in',
    failed: 'You may close this window. The app has more information.',
  },
  error: {
    title: 'You cannot be signed in',
    text: 'Something is wrong with this request. If the problem continues, show the details to your administrator.',
    expired: 'This page was open for too long, or was not opened in this browser. Go back to the app and start again.',
    details: 'Details',
    code: 'Error code',
    message: 'Message',
    requestId: 'Request id',
    correlationId: 'Correlation id',
    timestamp: 'Time',
    lookUp: 'Error code lookup',
    unknown: 'This error code does not exist.',
  },
} as const

type Translated<Text> = Text extends string
  ? string
  : Text extends (...args: infer Args) => string
    ? (...args: Args) => string
    : { readonly [Key in keyof Text]: Translated<Text[Key]> }

export type Texts = Translated<typeof english>
