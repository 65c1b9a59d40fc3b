/**
 * Registrable domains that give mailboxes to anyone who asks. Nobody may claim them for a team, whatever the
 * DNS says.
 */
const FREE_MAIL = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.jp hotmail.com hotmail.co.uk
  hotmail.de hotmail.fr hotmail.it hotmail.es live.com live.co.uk live.de live.fr live.nl msn.com passport.com
  yahoo.com yahoo.co.uk yahoo.co.jp yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.in yahoo.ca yahoo.com.br yahoo.com.au
  ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me
  tutanota.com tutanota.de tuta.com tuta.io tutamail.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de freenet.de
  t-online.de posteo.de mailbox.org mail.com email.com usa.com fastmail.com fastmail.fm hey.com zoho.com zohomail.com
  zohomail.eu hushmail.com yandex.com yandex.ru ya.ru mail.ru bk.ru inbox.ru list.ru rambler.ru qq.com 163.com
  126.com yeah.net sina.com sohu.com foxmail.com aliyun.com naver.com daum.net hanmail.net kakao.com
  rediffmail.com uol.com.br bol.com.br terra.com.br ig.com.br libero.it virgilio.it tiscali.it orange.fr wanadoo.fr
  free.fr laposte.net sfr.fr seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl abv.bg ukr.net
  comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net btinternet.com sky.com
  virginmedia.com ntlworld.com talktalk.net bigpond.com optusnet.com.au shaw.ca rogers.com sympatico.ca
  duck.com mozmail.com privaterelay.appleid.com mailinator.com guerrillamail.com yopmail.com 10minutemail.com
  temp-mail.org trashmail.com maildrop.cc dispostable.com sharklasers.com getnada.com`.split(/\s+/),
);

/** Registrable domains whose subdomains a cloud provider hands out to its customers: the provider holds the DNS. */
const SHARED_TENANTS = new Set(
  `onmicrosoft.com onmicrosoft.us onmicrosoft.de onmicrosoft.cn sharepoint.com okta.com oktapreview.com
  okta-emea.com onelogin.com auth0.com googlegroups.com gserviceaccount.com zendesk.com freshdesk.com
  atlassian.net my.salesforce.com`.split(/\s+/),
);

/** Why a name belongs to many: mailboxes for anyone, or subdomains for a provider's customers. */
export type SharedKind = 'free-mail' | 'shared-tenant';

/**
 * Tells names that many organisations share.
 * @param name an ASCII host name in lower case
 * @returns what kind of sharing the name, or one that it lies below, is known for
 */
export function sharedKind(name: string): SharedKind | undefined {
  const labels = name.split('.');
  for (let from = 0; from < labels.length - 1; from += 1) {
    const above = labels.slice(from).join('.');
    if (FREE_MAIL.has(above)) return 'free-mail';
    if (SHARED_TENANTS.has(above)) return 'shared-tenant';
  }
  return undefined;
}
