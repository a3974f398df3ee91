/** Die Sätze des Vertrags zwischen Konsole und API: Ablehnungen, Enden, Fehler an einem Feld. */
type Sentences = Readonly<Partial<Record<string, string>>>;

export const REFUSAL_SENTENCES: Sentences = {
  database_too_new:
    "Ein neueres Deskgate hat diese Datenbank geändert. Starten Sie jene Version, oder spielen Sie eine ältere Sicherung ein.",
  database_not_empty:
    "Die Datenbank ist nicht leer. Spielen Sie in eine leere ein, oder ersetzen Sie den Inhalt mit --replace.",
  database_empty: "In dieser Datenbank ist nichts zu sichern. Prüfen Sie, welche die Einstellungen nennen.",
  backup_damaged:
    "Diese Datei ist keine ganze Sicherung. Nichts wurde geändert; nehmen Sie eine andere Kopie oder eine ältere Sicherung.",
  backup_too_new:
    "Ein neueres Deskgate hat diese Sicherung geschrieben. Nichts wurde geändert; spielen Sie sie mit jener Version ein.",
  broker_unavailable:
    "Deskgate erreicht seinen Broker im Augenblick nicht. Offene Desktops bleiben offen; versuchen Sie es gleich noch einmal.",
  broker_certificate_wrong:
    "Der Broker hat ein anderes Zertifikat gezeigt als erwartet, darum wurde nichts gesendet. Wurde es mit Absicht gewechselt, setzen Sie gateway.brokerFingerprint; deskgate doctor zeigt beide.",
  gateways_not_accepted:
    "Dieser Broker läuft mit seinem Gateway in einem Programm und nimmt keine anderen an. Starten Sie `deskgate broker` statt `deskgate serve`.",
  gateways_only: "Dieser Port ist für Gateways. Öffnen Sie die Adresse eines Gateways.",
  gateway_built_in: "Dieses Gateway gehört zum Programm des Brokers und lässt sich nicht entfernen.",
  gateway_code_malformed:
    "Das ist kein Anmeldecode. Kopieren Sie ihn ganz, so wie `deskgate gateway-code create` ihn gezeigt hat.",
  gateway_code_unknown:
    "Dieser Broker hat diesen Anmeldecode nicht gemacht. Machen Sie einen mit `deskgate gateway-code create`.",
  gateway_code_used:
    "Dieser Anmeldecode wurde schon benutzt. Machen Sie einen neuen mit `deskgate gateway-code create`.",
  gateway_code_expired:
    "Dieser Anmeldecode ist zu alt. Machen Sie einen neuen mit `deskgate gateway-code create`.",
  gateway_unknown:
    "Dieses Gateway wurde entfernt oder nie angemeldet. Melden Sie es mit einem Code von `deskgate gateway-code create` neu an.",
  gateway_proof_wrong:
    "Die Unterschrift des Gateways passt nicht zu seinem Schlüssel und dieser Verbindung. Beendet etwas zwischen Gateway und Broker das TLS?",
  gateway_clock_wrong:
    "Die Uhr des Gateways geht falsch: mehr als eine Minute anders als die des Brokers. Stellen Sie sie über NTP.",
  gateway_proof_replayed:
    "Diese unterschriebene Anfrage wurde schon benutzt. Ein Gateway unterschreibt für jede Verbindung neu.",
  gateway_pass_unknown: "Das Gateway, das diese Anfrage weitergab, hat keine Verbindung zu diesem Broker.",
  request_malformed: "Die Anfrage war nicht lesbar. Prüfen Sie sie und senden Sie sie noch einmal.",
  validation_failed:
    "Einige Felder sind nicht gültig. Berichtigen Sie die genannten und senden Sie noch einmal.",
  not_signed_in:
    "Sie sind nicht angemeldet, oder Ihre Anmeldung ist zu Ende. Melden Sie sich an und versuchen Sie es noch einmal.",
  not_permitted: "Ihre Rolle erlaubt das nicht. Fragen Sie einen Administrator.",
  not_found: "Unter diesem Namen ist hier nichts, oder Sie dürfen es nicht sehen.",
  method_not_allowed: "Diese Adresse nimmt diese Methode nicht an.",
  name_taken: "Dieser Name ist schon vergeben. Wählen Sie einen anderen.",
  last_administrator:
    "Das ist der letzte Administrator, der sich anmelden kann. Ernennen Sie zuerst einen anderen.",
  credentials_wrong: "Name oder Passwort stimmen nicht. Prüfen Sie beide und versuchen Sie es noch einmal.",
  too_many_attempts:
    "Zu viele Versuche. Warten Sie die gezeigte Zeit ab, oder bitten Sie um einen Anmeldelink.",
  too_many_requests: "Zu viele Anfragen. Warten Sie einen Augenblick und versuchen Sie es dann noch einmal.",
  link_invalid: "Dieser Anmeldelink wurde schon benutzt oder ist zu alt. Bitten Sie um einen neuen.",
  origin_foreign: "Die Anfrage kam von einer anderen Seite. Öffnen Sie Deskgate in einem eigenen Fenster.",
  payload_too_large: "Die Anfrage ist zu groß.",
  headers_too_large: "Die Kopfzeilen der Anfrage sind zu groß. Löschen Sie die Cookies dieser Seite.",
  media_type_unsupported: "Senden Sie den Inhalt als application/json.",
  internal_error:
    "Auf dem Server ist etwas schiefgegangen. Versuchen Sie es noch einmal; bleibt es dabei, nennen Sie Ihrem Administrator die Nummer der Anfrage.",
  database_unavailable: "Die Datenbank antwortet nicht. Versuchen Sie es gleich noch einmal.",
  too_many_streams: "Zu viele offene Fenster hören auf Änderungen. Schließen Sie eines davon.",
  idempotency_running: "Diese Anfrage läuft schon. Warten Sie ihr Ende ab.",
  store_unavailable: "Die Datenbank antwortet nicht. Versuchen Sie es gleich noch einmal.",
  machine_address_refused:
    "Diese Adresse gehört zum Rechner oder Netz des Gateways selbst. Geben Sie die Adresse der Maschine ein, oder erklären Sie, dass sie dort läuft.",
  machine_protocol_missing:
    "Dieser Desktop hat kein Protokoll, das im Browser benutzt werden kann. Fragen Sie einen Administrator.",
  no_gateway:
    "Kein Gateway ist bereit. Versuchen Sie es gleich noch einmal; bleibt es dabei, fragen Sie einen Administrator.",
  ticket_missing: "Für einen Tunnel ist ein Ticket nötig. Öffnen Sie den Desktop von der Startseite aus.",
  ticket_unknown: "Dieses Ticket ist unbekannt. Öffnen Sie den Desktop noch einmal von der Startseite aus.",
  ticket_expired: "Dieses Ticket ist zu alt. Öffnen Sie den Desktop noch einmal von der Startseite aus.",
  ticket_used:
    "Dieses Ticket wurde schon benutzt. Öffnen Sie den Desktop noch einmal von der Startseite aus.",
  ticket_revoked:
    "Dieses Ticket wurde zurückgezogen. Öffnen Sie den Desktop noch einmal von der Startseite aus.",
  destination_not_accepted: "Ein Tunnel nimmt ein Ticket und sonst nichts; das Ziel wählt der Broker.",
  upgrade_malformed: "Diese Adresse nimmt nur WebSocket-Verbindungen der Version 13 an.",
  too_many_connections:
    "Das Gateway hat so viele Verbindungen, wie es haben darf. Versuchen Sie es gleich noch einmal.",
  link_unavailable: "Das Gateway kann den Broker gerade nicht fragen. Versuchen Sie es gleich noch einmal.",
  desktop_not_entitled: "Sie dürfen diesen Desktop nicht benutzen. Fragen Sie einen Administrator.",
  outside_time_window: "Dieser Desktop ist zu dieser Zeit nicht freigegeben.",
  network_not_allowed: "Dieser Desktop ist von Ihrem Netzwerk aus nicht freigegeben.",
  session_limit_reached:
    "Sie haben so viele Sitzungen, wie Sie haben dürfen. Beenden Sie eine und versuchen Sie es noch einmal.",
  protocol_not_allowed: "Dieses Protokoll ist auf diesem Desktop nicht erlaubt. Wählen Sie ein anderes.",
  pool_empty: "Zu diesem Desktop gehört noch keine Maschine. Fragen Sie einen Administrator.",
  pool_full: "Gerade sind alle Maschinen in Benutzung. Versuchen Sie es später noch einmal.",
  machine_down: "Die Maschine ist ausgeschaltet oder antwortet nicht. Fragen Sie einen Administrator.",
  machine_starting:
    "Die Maschine war ausgeschaltet und wird gestartet. Versuchen Sie es in ein paar Sekunden, bis sie antwortet.",
  machine_mac_missing:
    "Zu dieser Maschine ist keine MAC-Adresse eingetragen. Tragen Sie sie bei der Maschine ein und versuchen Sie es noch einmal.",
  machine_in_maintenance: "Die Maschine wird gerade gewartet. Versuchen Sie es später noch einmal.",
  zone_without_gateway:
    "In der Zone dieser Maschine ist kein Gateway bereit. Fragen Sie einen Administrator.",
  cursor_invalid: "Diese Liste kann so nicht fortgesetzt werden. Laden Sie die Seite neu.",
  query_invalid: "So lässt sich diese Liste nicht filtern oder sortieren. Setzen Sie die Filter zurück.",
  version_stale: "Jemand anders hat das inzwischen geändert. Laden Sie neu und ändern Sie es noch einmal.",
  idempotency_conflict: "Diese Anfrage wurde schon mit anderem Inhalt gesendet. Senden Sie sie neu.",
  not_yours_to_grant:
    "Das dürfen Sie nicht vergeben, weil Sie es selbst nicht dürfen. Fragen Sie einen Administrator.",
  still_in_use: "Das wird noch benutzt. Nehmen Sie es zuerst überall weg.",
  group_cycle: "So wäre die Gruppe ein Mitglied ihrer selbst. Wählen Sie eine andere.",
};

export const END_SENTENCES: Sentences = {
  target_port_closed:
    "Die Maschine ist da, aber ihr Fernzugang antwortet nicht. Vielleicht startet sie noch, oder der Port ist falsch.",
  ticket_expired: "Der Browser hat zu lange gebraucht, die Erlaubnis dazu war abgelaufen.",
  viewer_left: "Sie haben die Verbindung getrennt.",
  viewer_lost: "Die Verbindung zum Gateway ging verloren.",
  target_closed: "Der Desktop hat die Verbindung geschlossen.",
  target_lost: "Das Gateway hat die Verbindung zum Desktop verloren.",
  target_unreachable: "Der Desktop antwortet nicht. Vielleicht ist er ausgeschaltet oder startet noch.",
  target_network_unreachable:
    "Das Gateway hat keinen Weg in das Netz des Desktops. Fragen Sie einen Administrator.",
  target_name_unknown:
    "Das Gateway findet den Desktop unter seinem Namen nicht. Bitten Sie einen Administrator, die Adresse zu prüfen.",
  target_address_refused:
    "Das Gateway verbindet sich nicht mit der Adresse dieses Desktops. Fragen Sie einen Administrator.",
  target_authentication_failed:
    "Der Desktop hat das gespeicherte Passwort abgelehnt. Fragen Sie einen Administrator.",
  target_protocol_error:
    "Der Desktop spricht auf eine Weise, die das Gateway nicht versteht. Fragen Sie einen Administrator.",
  viewer_protocol_error:
    "Das Fenster hat etwas gesendet, was das Gateway nicht annimmt. Laden Sie die Seite neu.",
  idle_limit: "Sie waren zu lange untätig, darum wurde der Desktop getrennt.",
  time_limit: "Die erlaubte Zeit für diese Verbindung ist um.",
  killed: "Ein Administrator hat diese Sitzung beendet.",
  signed_out: "Sie haben sich abgemeldet, darum wurde der Desktop getrennt.",
  access_removed: "Sie dürfen diesen Desktop nicht mehr benutzen.",
  taken_over:
    "Dieser Desktop wurde in einem anderen Fenster oder auf einem anderen Gerät geöffnet. Verbinden Sie sich noch einmal, um ihn zurückzuholen.",
  never_opened: "Die Verbindung wurde nie geöffnet.",
  gateway_stopping: "Das Gateway startet neu.",
  gateway_lost: "Das Gateway ist ohne ein Wort stehen geblieben.",
  internal_error: "Im Gateway ist etwas schiefgegangen.",
  target_identity_changed:
    "Der Desktop zeigt ein anderes Zertifikat oder einen anderen Hostschlüssel als bisher. Vielleicht ist jemand dazwischen, oder er wurde neu installiert. Bitten Sie einen Administrator, es sich anzusehen.",
  target_identity_unverified:
    "Das Gateway kann nicht sagen, ob das der richtige Desktop ist. Bitten Sie einen Administrator, es zu bestätigen.",
  target_protocol_refused:
    "Desktop und Gateway fanden keinen Weg, den beide annehmen. Bitten Sie einen Administrator, die Sicherheitseinstellungen des Desktops zu prüfen.",
  target_licence: "Der Desktop hat keine Lizenz für eine weitere Verbindung. Fragen Sie einen Administrator.",
  credential_needed:
    "Der Desktop fragt nach Name oder Passwort, und keines wurde gegeben. Verbinden Sie sich noch einmal, oder fragen Sie einen Administrator.",
  credential_refused:
    "Der Desktop hat Name oder Passwort nicht angenommen. Prüfen Sie beide und verbinden Sie sich noch einmal.",
  target_account_locked:
    "Das Konto auf dem Desktop ist nach zu vielen falschen Passwörtern gesperrt. Warten Sie, bis es sich wieder öffnet, oder bitten Sie Ihren Administrator, es zu entsperren.",
  target_account_disabled:
    "Das Konto auf dem Desktop ist abgeschaltet. Bitten Sie Ihren Administrator, es einzuschalten.",
  target_account_expired:
    "Das Konto auf dem Desktop ist abgelaufen. Bitten Sie Ihren Administrator, es zu verlängern.",
  target_password_expired:
    "Das Passwort des Kontos auf dem Desktop ist abgelaufen. Ändern Sie Ihr Passwort, oder bitten Sie Ihren Administrator um ein neues, und verbinden Sie sich noch einmal.",
  target_sign_in_denied:
    "Das Konto darf sich an diesem Desktop so oder zu dieser Zeit nicht anmelden. Bitten Sie Ihren Administrator, es zu erlauben.",
  viewer_crashed: "Das Fenster hat aufgehört zu arbeiten und wird neu gestartet.",
  policy_refused: "Was verlangt wurde, ist auf diesem Desktop nicht erlaubt.",
  target_finished: "Die Sitzung auf der Maschine ist zu Ende.",
  window_closed: "Die Zeit, zu der dieser Desktop freigegeben ist, ist um.",
  released: "Eine Weile hat niemand diesen Desktop benutzt, darum wurde er freigegeben.",
  ended_by_person: "Sie haben diese Sitzung beendet.",
};

export const FIELD_SENTENCES: Sentences = {
  "Enter a host name or an IP address.": "Geben Sie einen Rechnernamen oder eine IP-Adresse ein.",
  "Enter a host name or an IP address, without port or path.":
    "Geben Sie einen Rechnernamen oder eine IP-Adresse ein, ohne Port und Pfad.",
  "Enter a name.": "Geben Sie einen Namen ein.",
  "Enter a text.": "Geben Sie einen Text ein.",
  "Enter a whole number of days.": "Geben Sie eine ganze Zahl von Tagen ein.",
  "Keep it for a day at least.": "Heben Sie es mindestens einen Tag lang auf.",
  "Keep it for ten years at most.": "Heben Sie es höchstens zehn Jahre lang auf.",
  "The configuration file decides this, by audit.keep.":
    "Das bestimmt die Konfigurationsdatei, mit audit.keep.",
  "Enter a port number.": "Geben Sie eine Portnummer ein.",
  "Enter your name.": "Geben Sie Ihren Namen ein.",
  "Enter your password.": "Geben Sie Ihr Passwort ein.",
  "Leave out control characters.": "Lassen Sie Steuerzeichen weg.",
  "Name at least one protocol.": "Nennen Sie mindestens ein Protokoll.",
  "Name either a user or a group.": "Nennen Sie entweder einen Benutzer oder eine Gruppe.",
  "Ports begin at 1.": "Ports beginnen bei 1.",
  "Ports end at 65535.": "Ports enden bei 65535.",
  "Use at least 10 characters.": "Benutzen Sie mindestens 10 Zeichen.",
  "Use at most 100 characters.": "Benutzen Sie höchstens 100 Zeichen.",
  "Use at most 1024 characters.": "Benutzen Sie höchstens 1024 Zeichen.",
  "Use at most 2000 characters.": "Benutzen Sie höchstens 2000 Zeichen.",
  "Use at most 253 characters.": "Benutzen Sie höchstens 253 Zeichen.",
  "Use at most 500 characters.": "Benutzen Sie höchstens 500 Zeichen.",
  "Use letters, digits and . _ @ + - inside.": "Benutzen Sie Buchstaben, Ziffern und innen . _ @ + -.",
};

/** Was der Weg zu einem Desktop an einer Stelle sagt; Namen darin bleiben, wie sie sind. */
export const HOP_SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^Not looked at\.$/, "Nicht angesehen."],
  [/^There is no such person\.$/, "Diese Person gibt es nicht."],
  [/^(.+) is disabled and cannot sign in\.$/, "$1 ist gesperrt und kann sich nicht anmelden."],
  [/^(.+) may sign in\.$/, "$1 darf sich anmelden."],
  [/^There is no such pool\.$/, "Diesen Pool gibt es nicht."],
  [
    /^No entitlement, own or of a group, leads to (.+)\.$/,
    "Keine Berechtigung, weder eine eigene noch eine durch eine Gruppe, führt zu $1.",
  ],
  [
    /^The last probe got no answer; connecting starts the machine by Wake-on-LAN\.$/,
    "Die letzte Prüfung blieb ohne Antwort; beim Verbinden wird die Maschine über das Netzwerk aufgeweckt.",
  ],
  [/^An entitlement leads to (.+)\.$/, "Eine Berechtigung führt zu $1."],
  [/^No entitlement's time window is open now\.$/, "Nach keiner Berechtigung ist jetzt die richtige Zeit."],
  [/^No entitlement allows the person's network\.$/, "Keine Berechtigung erlaubt das Netzwerk der Person."],
  [/^Time and network are allowed\.$/, "Zeit und Netzwerk sind erlaubt."],
  [/^The policy does not allow (.+)\.$/, "Die Richtlinie erlaubt $1 nicht."],
  [/^The person has (\d+) of (\d+) sessions\.$/, "Die Person hat $1 von $2 Sitzungen."],
  [/^The policy has nothing against it\.$/, "Die Richtlinie hat nichts dagegen."],
  [/^The person has no session on this pool\.$/, "Die Person hat keine Sitzung auf diesem Pool."],
  [
    /^The person has a session on (.+), which is offered again\.$/,
    "Die Person hat eine Sitzung auf $1, die wieder angeboten wird.",
  ],
  [/^No machine is to be chosen\.$/, "Es ist keine Maschine zu wählen."],
  [/^The pool has no machine\.$/, "Der Pool hat keine Maschine."],
  [
    /^Every machine of the pool is in use or assigned\.$/,
    "Jede Maschine des Pools ist in Benutzung oder zugeteilt.",
  ],
  [/^The pool has a free machine\.$/, "Der Pool hat eine freie Maschine."],
  [
    /^Another session is on (.+), the person's own machine\.$/,
    "Eine andere Sitzung ist auf $1, der eigenen Maschine der Person.",
  ],
  [/^(.+) is the person's own machine\.$/, "$1 ist die eigene Maschine der Person."],
  [
    /^The session's machine is tried whatever its state\.$/,
    "Die Maschine der Sitzung wird versucht, wie es ihr auch geht.",
  ],
  [/^In maintenance\.$/, "In Wartung."],
  [/^The last probe got no answer\.$/, "Die letzte Probe bekam keine Antwort."],
  [/^The last probe got an answer\.$/, "Die letzte Probe bekam Antwort."],
  [/^Nothing is known against it\.$/, "Nichts spricht dagegen."],
  [/^The machine has the protocol\.$/, "Die Maschine hat das Protokoll."],
  [
    /^The policy allows none of the machine's protocols\.$/,
    "Die Richtlinie erlaubt keines der Protokolle der Maschine.",
  ],
  [/^The machine has no (.+)\.$/, "Die Maschine hat kein $1."],
  [/^No gateway is ready in any zone\.$/, "In keiner Zone ist ein Gateway bereit."],
  [/^No gateway of the machine's zone is ready\.$/, "Kein Gateway der Zone der Maschine ist bereit."],
  [/^A gateway serves the machine's zone\.$/, "Ein Gateway bedient die Zone der Maschine."],
  [/^1 machine$/, "1 Maschine"],
  [/^(\d+) machines$/, "$1 Maschinen"],
  [/^(\d+) of 1 machine$/, "$1 von 1 Maschine"],
  [/^(\d+) of (\d+) machines$/, "$1 von $2 Maschinen"],
  [/^(.+) answers after (\d+) ms\.$/, "$1 antwortet nach $2 ms."],
  [/^(.+) does not answer as a desktop should\.$/, "$1 antwortet nicht, wie ein Desktop es soll."],
  [/^The machine would be started first\.$/, "Die Maschine würde erst gestartet."],
  [/^No gateway is ready\.$/, "Kein Gateway ist bereit."],
  [/^A gateway is ready\.$/, "Ein Gateway ist bereit."],
];

/** Was an einer Zeile eines Imports falsch ist; Namen darin bleiben, wie sie sind. */
export const IMPORT_SENTENCES: typeof HOP_SENTENCES = [
  [/^A row above says the same name\.$/, "Eine Zeile darüber nennt denselben Namen."],
  [
    /^This person may do more than you, and is not yours to change\.$/,
    "Diese Person darf mehr als Sie, darum können Sie sie nicht ändern.",
  ],
  [
    /^This role may do more than you, and is not yours to give\.$/,
    "Diese Rolle darf mehr als Sie, darum können Sie sie nicht vergeben.",
  ],
  [/^There is no role "(.+)"\.$/, "Es gibt keine Rolle „$1“."],
  [/^There is no group "(.+)"\.$/, "Es gibt keine Gruppe „$1“."],
  [/^There is no user "(.+)"\.$/, "Es gibt keinen Benutzer „$1“."],
  [/^There is no machine "(.+)"\.$/, "Es gibt keine Maschine „$1“."],
  [/^There is no pool "(.+)"\.$/, "Es gibt keinen Pool „$1“."],
  [
    /^The program made this machine and keeps it; it cannot be changed\.$/,
    "Diese Maschine gehört zum Programm und lässt sich nicht ändern.",
  ],
  [/^A pool has this name\.$/, "Ein Pool hat diesen Namen."],
  [/^Name each protocol once\.$/, "Nennen Sie jedes Protokoll einmal."],
  [
    /^A machine has this name, and a pool of its own\.$/,
    "Eine Maschine hat diesen Namen und einen Pool für sich.",
  ],
  [/^Say dedicated or floating\.$/, "Schreiben Sie dedicated oder floating."],
  [/^This pool is (\w+), and stays so\.$/, "Dieser Pool ist $1 und bleibt es."],
  [/^There is no such column\. Known are: (.+)\.$/, "Diese Spalte gibt es nicht. Bekannt sind: $1."],
  [/^There is no such column\.$/, "Diese Spalte gibt es nicht."],
  [/^This column is there twice\.$/, "Diese Spalte ist zweimal da."],
  [
    /^It begins like a formula\. Put an apostrophe in front to mean it\.$/,
    "Es beginnt wie eine Formel. Stellen Sie einen Apostroph davor, wenn es so gemeint ist.",
  ],
  [/^"(.+)" is no protocol with a port, like vnc:5900\.$/, "„$1“ ist kein Protokoll mit Port, wie vnc:5900."],
  [/^Name either a user or a group\.$/, "Nennen Sie entweder einen Benutzer oder eine Gruppe."],
];
