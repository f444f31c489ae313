import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { servicePrincipalColumns } from '../columns.ts'

export const newServicePrincipal = exchangeCmdlet({
  name: 'New-ServicePrincipal',
  synopsis: "Makes Exchange aware of an app's service principal.",
  parameters: {
    AppId: mandatory(text, "The app's client id."),
    ObjectId: mandatory(
      text,
      "The id of the app's service principal (the enterprise application), which is not the id of the app. A wrong one is accepted; sign-in then fails.",
      { aliases: ['ServiceId'] },
    ),
    DisplayName: optional(text, 'The name that people see.'),
    Organization: optional(text, 'Accepted, without effect.'),
  },
  columns: servicePrincipalColumns,
})
