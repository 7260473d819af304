"""Capitalised words that name no customer: technology, product parts, places, times, forms of address.

All lower case. A span made only of these is no name; those of TRIMMED also fall off the end of one
("Acme Corp API" is Acme Corp), while "EU" or "Labs" stays, because it may tell two accounts apart.
"""

TECHNOLOGY = frozenset(
    """
    api apis sso saml oidc oauth oauth2 scim mfa 2fa totp jwt ldap csv json xml xlsx pdf html css url urls uri http https tls ssl dns
    cdn cors csrf xss sdk sdks cli ui ux gui ide rest grpc graphql soap ftp sftp
    smtp imap webhook webhooks websocket websockets post get put patch delete head options iframe javascript typescript python java ruby
    php golang go rust node nodejs react angular vue django rails laravel
    spring kotlin swift dotnet curl postman insomnia docker kubernetes k8s helm terraform ansible jenkins git github gitlab bitbucket
    jira linear confluence notion slack teams discord zoom webex zendesk intercom
    freshdesk hubspot salesforce servicenow pagerduty opsgenie statuspage datadog grafana prometheus sentry splunk kibana elasticsearch
    elastic newrelic okta auth0 onelogin ping entra azure ad adfs aws gcp
    google microsoft apple amazon meta facebook instagram twitter linkedin whatsapp youtube tiktok cloudflare akamai fastly heroku
    vercel netlify s3 ec2 lambda sqs sns rds dynamodb redis postgres postgresql mysql
    mariadb mongodb oracle sqlite snowflake bigquery redshift databricks kafka rabbitmq zapier workato mulesoft boomi make stripe paypal
    adyen braintree klarna visa mastercard shopify magento woocommerce wordpress netsuite
    sap workday quickbooks xero chrome chromium firefox safari edge opera brave ie windows macos mac os linux ubuntu debian ios ipados
    android iphone ipad outlook gmail excel word powerpoint office sharepoint onedrive
    gsuite workspace drive dropbox box looker tableau powerbi power bi segment mixpanel amplitude twilio sendgrid mailgun mailchimp
    marketo pardot chatgpt copilot gemini claude idp sp acs dkim spf dmarc samesite cookie
    cookies id ids ip ips vpn waf firewall proxy uuid guid utf iso sql nosql etl crm erp cms cpu gpu ram vm vms db dbs ci cd pr prs qa
    uat regex cron ssh nginx apache tomcat haproxy envoy istio vault consul sni hsts hmac
    sha sha256 md5 aes rsa bearer basic digest ntlm kerberos radius active directory pci soc gdpr hipaa ccpa dora nis2 sox iban sepa
    swift bic edi edifact pos sku skus rma asn ucp gtin ean npm pip maven gradle
    """.split()
)
TRIMMED = TECHNOLOGY - frozenset(
    "go word office make drive box visa segment ping linear meta spring swift edge elastic vault basic power workspace active "
    "directory apple amazon oracle rest consul opera brave options head".split()
)

GENERIC = frozenset(
    """
    data export exports import imports dashboard dashboards report reports reporting portal billing invoice invoices invoicing payment
    payments checkout order orders ordering login logins logout signin signup signature
    signatures verification auth authentication authorization audit log logs logging feature features request requests response
    responses error errors exception exceptions warning warnings timeout timeouts search sync
    integration integrations connector connectors plugin plugins mobile app apps web website site sites page pages form forms field
    fields button table tables row rows column columns file files folder upload uploads
    download downloads email emails mail mails message messages notification notifications alert alerts sms chat call calls meeting
    ticket tickets case cases conversation bug bugs issue issues incident incidents problem
    problems outage downtime latency performance quota limit limits rate shipment shipments shipping delivery deliveries inventory stock
    catalog catalogue product products price prices pricing tax taxes refund refunds
    account accounts customer customers client clients tenant tenants user users admin admins administrator administrators agent agents
    member members team teams group groups role roles permission permissions
    organization organizations organisation organisations company companies partner partners merchant merchants vendor vendors people
    everyone everybody nobody someone somebody anyone anybody person staff employee employees
    enterprise business starter pro premium free professional standard growth platinum gold silver bronze trial plan plans tier smb
    subscription subscriptions contract contracts renewal renewals deal
    production prod staging sandbox test testing dev development environment environments server servers service services platform
    system systems backend frontend database cluster gateway network cloud host hosts queue
    queues worker workers job jobs task tasks batch cache session sessions token tokens secret secrets key keys password passwords
    credential credentials certificate certificates config configuration setting settings
    release releases version versions build builds update updates upgrade upgrades deploy deployment migration migrations rollout
    maintenance change changes workflow workflows automation automations rule rules trigger
    triggers template templates event events calendar schedule schedules shift shifts widget widgets map maps chart charts filter
    filters view views tab menu modal popup banner link links attachment attachments image
    images video audio document documents contact contacts lead leads opportunity campaign campaigns list lists record records entry
    entries item items line lines transaction transactions history activity profile
    profiles avatar name names address addresses phone number numbers language locale timezone currency status state priority severity
    critical high medium low major minor urgent important p0 p1 p2 p3 p4 p5 sev sev0 sev1
    sev2 sev3 s1 s2 s3 l1 l2 l3 engineering engineers support security leadership product sales success marketing finance legal hr it
    operations ops devops sre management executive executives ceo cto cio ciso cfo coo vp cpo
    director manager head lead engineer developer developers dev devs analyst owner regulator auditor auditors board
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march april
    may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves
    viernes sábado domingo q1 q2 q3 q4 h1 h2 utc gmt cet cest est edt pst pdt cst cdt bst ist jst et pt eod eow eom cob asap today
    yesterday tomorrow now noon midnight christmas easter thanksgiving ramadan
    eu us usa uk emea apac latam dach na anz europe asia africa america american european german french spanish english japanese italian
    dutch british germany france spain italy japan china india brazil canada australia
    mexico ireland poland sweden norway denmark finland netherlands belgium austria switzerland portugal berlin london paris madrid
    tokyo munich frankfurt dublin amsterdam zurich vienna lisbon york singapore sydney
    error info warn debug fatal trace notice severe external internal fyi fwd fw re aw wg wtf ok okay note todo tbd na n/a new old final
    draft confidential summary subject title description steps expected actual result
    environment impact background context question questions help escalation escalations escalate regards thanks thank cheers best hi
    hello dear hey kind sincerely please sorry
    kunde kunden kundin firma fehler störung ausfall anmeldung rechnung rechnungen bestellung bestellungen export datei daten benutzer
    nutzer vertrag kündigung frage problem system antwort webseite schnittstelle support
    team frist seite konto konten passwort schlüssel einstellung einstellungen version update erreur panne commande commandes facture
    factures fichier données connexion utilisateur utilisateurs contrat équipe error pedido
    pedidos factura facturas archivo datos usuario usuarios contrato equipo servicio sistema monsieur madame herr frau señor señora
    black cyber week weekend day days month months year quarter end go-live golive launch friday demo pilot poc rfp qbr sla slas slo rca
    eta arr mrr nps csat ticket# http/1.1 idempotency-key content-type retry-after
    tarif tarife paket lts beta alpha ga rc north south east west central region regions datacenter
    """.split()
)

FUNCTION = frozenset(
    """
    a an the our their his her its your my this that these those some any all every each both either neither no not only also just even
    still already again please when while since after before until if unless because
    although though once as at by for from in into of off on onto over per to under up via with within without and but or nor so yet
    then than i we you he she it they who whom which what why how where is are was were be
    been being has have had do does did can could will would shall should may might must seems got get getting there here one two three
    four five six seven eight nine ten several many few most more other another
    current currently latest last next first second third between during re regarding concerning following according today's apparently
    unfortunately however therefore meanwhile additionally furthermore finally
    seit bei für von und oder aber der die das den dem des ein eine einen einem einer wir sie er es ich ist sind hat haben kann können
    nach vor mit ohne auf aus im am zum zur unser unsere unserem unseren wenn nachdem
    chez pour le la les un une des du de et ou mais nous vous ils elles il elle est sont avec sans depuis dans sur para con sin el los
    las una y o pero en es son desde hasta del al cuando nuestro nuestra
    seeing getting having asking using trying fails failing failed broken missing returning returned reports reported says said wants
    needs need want
    """.split()
)

ADDRESS = frozenset(
    "customer customers client clients account kunde kunden firma cliente company hi hello dear re fw fwd urgent enterprise bug issue".split()
)
"""Words that stand before a name and are no part of it."""

SUFFIXES = frozenset(
    """
    corp corporation inc incorporated llc llp ltd limited plc co company gmbh ag kg kgaa ohg se ug mbh ev sa sas sarl sl srl spa bv nv
    ab as asa oy oyj aps pty pte kk group holding holdings labs lab bank banque banca
    health healthcare clinic hospital foods food logistics retail outfitters media marine mobility travel schools school university
    college insurance capital partners ventures industries international solutions systems
    technologies technology tech software consulting services energy airlines motors pharma pharmaceuticals telecom studios studio
    stores store brothers sons foundation institute hotels
    """.split()
)
"""Words that end a company's name. Only these let a name in small letters pass."""
LEGAL_FORMS = frozenset(
    "corp corporation inc incorporated llc llp ltd limited plc gmbh ag kg kgaa ohg se ug mbh sa sas sarl sl srl spa bv nv ab asa oy oyj "
    "aps pty pte kk labs bank health".split()
)
OF_BEFORE = frozenset(
    "bank university city port ministry department house institute college church order council county state museum board academy banco "
    "banque isle republic kingdom law".split()
)
"""Words that "of" joins to what follows: Bank of Tessera."""
AND_AFTER = frozenset("sons son co company partners daughters brothers associates family friends bros".split())
"""Words that "and" joins to what stands before: Halden and Sons."""
