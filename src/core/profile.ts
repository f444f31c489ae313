/** The behaviour on the wire: that of Exchange Online as observed, or the RFCs to the letter with every extension. */
export type Profile = 'exchange-online' | 'standards'
