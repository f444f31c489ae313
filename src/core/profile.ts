/** Which of two worlds is imitated: Exchange Online as observed, or the RFCs to the letter with every extension. */
export type Profile = 'exchange-online' | 'standards'
