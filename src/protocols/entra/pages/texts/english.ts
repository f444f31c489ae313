import { dateTimeIn } from '../../../../web/language.ts'

const shown = dateTimeIn('en-GB')

/** The texts of the pages in English. The compiler checks that other languages have the same ones. */
export const english = {
  /** RFC 5646. */
  tag: 'en',
  signIn: {
    title: 'Sign in',
    toGoOnTo: (app: string) => `to go on to ${app}`,
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
      'The user name or the password is not right, or there were too many attempts. If you are sure of both, wait a while and try again.',
    disabled: 'This account is switched off. Your administrator can switch it on.',
  },
  newPassword: {
    title: 'Choose a new password',
    why: 'Your password has to be changed before you go on.',
    current: 'Current password',
    chosen: 'New password',
    again: 'New password, once more',
    change: 'Change and sign in',
    differ: 'The two new passwords are not the same.',
    same: 'The new password has to be another one than the current one.',
    refused: 'This password cannot be taken. Choose another one.',
  },
  accounts: {
    title: 'Choose an account',
    signedIn: 'Signed in',
    other: 'Use another account',
  },
  consent: {
    title: 'Permissions asked for',
    titleForAll: 'Permissions for your organization',
    app: 'App',
    publisher: 'Published by',
    ownOrganization: (tenant: string) => `${tenant} (your organization)`,
    outside: (tenant: string) => `${tenant} (not your organization)`,
    appId: 'App id',
    account: 'Account',
    wantsTo: 'This app would like to:',
    wantsToForAll: 'This app would like to, for everybody in your organization:',
    itself: 'As itself, with nobody signed in',
    forPeople: 'For people who are signed in',
    on: (resource: string) => `In ${resource}`,
    meaning:
      'If you accept, the app may do this with your data until the permission is taken back. Accept only if you trust it.',
    meaningForAll:
      'If you accept, the app may do this in the whole organization, and nobody else will be asked. Accept only if you trust it.',
    forAll: 'Accept for everybody in the organization',
    accept: 'Accept',
    cancel: 'Cancel',
    administrator: '(an administrator’s to give)',
  },
  /** Names of Microsoft's permissions. In English the directory has them. */
  permissions: {} as Readonly<Record<string, string>>,
  approval: {
    title: 'An administrator has to approve',
    text: (app: string) => `${app} asks for permissions that only an administrator of your organization can give.`,
    ask: 'Ask an administrator to give them, then try again.',
    otherAccount: 'Sign in with another account',
    back: 'Back to the app, without giving permissions',
  },
  device: {
    title: 'Enter the code',
    text: 'Enter the code that your app or device shows.',
    code: 'Code',
    next: 'Next',
    wrong: 'That code is not right, or its time is over. Look at the device again.',
    tooMany: 'There were too many wrong codes from here. Wait a while and try again.',
    confirmTitle: (app: string) => `Sign in to ${app}?`,
    confirmText: (app: string, from: string) =>
      `${app} asked for this code from the address ${from}. Go on only if you started this yourself, on a device that is yours. Nobody from support will ever ask you to enter a code.`,
    goOn: 'Go on',
    cancel: 'Cancel',
    doneTitle: 'You are signed in',
    done: (app: string) => `You have signed in to ${app} on your device. You may close this window.`,
    declinedTitle: 'Not signed in',
    declined: (app: string) => `${app} was not given access. You may close this window.`,
  },
  ownPasswords: {
    title: 'Passwords for your mail',
    text: (address: string, until: number) =>
      `Programs no longer open ${address} with your password over the protocols below. You can turn each of them on again once, until ${shown(until)}. Use the time to move the program to signing in without the password.`,
    enable: (protocol: string) => `Turn on ${protocol}`,
    nothing:
      'There is nothing to turn on for you here. If a program does not open your mail any more, ask your administrator.',
    doneTitle: 'Turned on again',
    done: (protocol: string, address: string, until: number) =>
      `Programs open ${address} with your password over ${protocol} again, until ${shown(until)}. Your administrator is told. You may close this window.`,
  },
  signedOut: {
    title: 'You are signed out',
    text: 'It is a good idea to close all browser windows.',
  },
  moving: {
    title: 'Going back to the app',
    text: (app: string) => `You are on your way to ${app}.`,
    goOn: 'Go on',
  },
  native: {
    title: 'You are signed in',
    text: 'You may close this window and go back to the app.',
    failedTitle: 'Not signed in',
    failed: 'You may close this window. The app will say more.',
  },
  error: {
    title: 'You cannot be signed in',
    text: 'Something is wrong with this request. If it goes on, show the details to your administrator.',
    expired: 'This page was open for too long, or was not opened in this browser. Go back to the app and start again.',
    details: 'Details',
    code: 'Error code',
    message: 'Message',
    requestId: 'Request id',
    correlationId: 'Correlation id',
    timestamp: 'Time',
    lookUp: 'What an error code means',
    unknown: 'There is no such error code.',
  },
} as const

type Translated<Text> = Text extends string
  ? string
  : Text extends (...args: infer Args) => string
    ? (...args: Args) => string
    : { readonly [Key in keyof Text]: Translated<Text[Key]> }

export type Texts = Translated<typeof english>
