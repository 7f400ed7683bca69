/**
 * If a secret happens to be one of our words, such as the user name `user`, our sentences stay readable: "other users may see
 * it". What they quote is masked as everywhere else.
 */

/** Words that our sentences contain outside of quotes. A secret in any other word is masked. */
const OWN_WORDS: ReadonlySet<string> = new Set(
  `
  about above absent accept accepted accepts added address after again against alerts allowed alone
  already also another answer answered answers appear application arriving asked authority autocomplete
  background baggage balancer base baseline became been before begin beginning begins behind being belongs
  best between body boolean both breaks broke broken browser built bytes call called calls came cannot
  carry case certificate certificates chain change changed changes char characters check checked choose
  chosen class clean cleanup client clock closed code column combination come comes command commands
  commented compare compared complete completion config configuration configured confirm confirmed connect
  connected connection connectivity contain content copy correct could count counts create credentials
  ctrl damaged data database days deeper default delivered deployment description differ digits dimension
  dimensions direction docs doctor document does done dotted drop duplicate duplicates duration each
  earlier effect else elsewhere empty encoding ended endpoint ends enrichment ensure entries environment
  equal error errors event every everything exact example examples exist exit expect expected expired
  export expression external fail failed failing fails false fault faults fewer field fields file files
  filter finished firewall first five fixed flag flags flight folder follow followed force format found
  from full function further gets github give given gives goes going good handler handshake have head
  header headers held help here hold holds host hosted hosts hour hours html import ingestion init input
  insecure inside instead integer integration internal interrupted into issue itself json judge judged
  keep kept keys known label lacks larger last latency later latest learn learned least leave leaves left
  length less lets levels like limit limits line lines link links list lists load local logs long longer
  look looked looks machine made make makes manner many mark masked match mean media merge method minute
  minutes missing monitor more most much name names need needs negative nested network never newly next
  node none nothing null number numbers object offered offline often older once ones only open order
  organisation organization origin other others otherwise outage output over override owner page part pass
  passed password passwords paste path paths pattern patterns payload payloads performance permission
  personal pick pieces pipeline place plain plan planned port possibly postgres print printed private
  probe probes process processed prod production profile profiles program project promise proves provider
  proxies proxy purpose query queue quiet quoted quotes raise rate reach reached read reading readonly
  reads real reason recipe recorded redirects refuse refused regression regular relative remember remove
  removed repeat repeatable replace replayed report reported reporter reports request requests required
  reset resolved respond responded response rest result results retry return returns review right root
  routing rows rules running runs safety said same sampled sandbox save saved says scenario scenarios
  schedule schema scheme scope screen search searches second secret secrets seed seen self send sender
  sending sends sent sentry server service services settings several shard shards should show shown shows
  side sign signal signals signature signatures signed signing signs since single size slack slow slower
  slowest some something source span spans speaks stage stages standard stands start static status stay
  stderr stdout step steps still stop stopped string stripe stuck such summary supported switched symbol
  synthetic system systems table tags take taken takes target targets tasks tells template terminal test
  tested tests text texts than that their them then there these they third this those three threshold
  through throw time timed timeout times timestamp together token tokens told took trace traces tracing
  traffic treated trend tried true trusted turn type under underscore unencrypted unit unknown unless
  unreachable unsigned until usable usage used user users valid value values variable variant vary
  verified verifies verify version very wait waiting wants warn warning warnings webhook webhooks well
  were what whatever when where whether which while whole whose wildcard with within without word words
  work worked working works worse would write writes written wrong your zone
  `
    .trim()
    .split(/\s+/),
);

const NAME = 'prod-e2e';
/** The name of the program, or a word, with punctuation. */
const PLAIN = /^\(?(?:prod-e2e|[a-z]+(?:['’-][a-z]+)*)[).,:;!?]*$/i;
/** Shorter parts of a word, such as the `s` of a genitive, hold no secret. */
const SHORTEST = 4;

/** Whether the text at this position (end exclusive) is in one of our own words. */
export function isOwnWord(sentence: string, [from, to]: readonly [number, number]): boolean {
  const start = sentence.slice(0, from).search(/\S*$/);
  const token = sentence.slice(start, to) + (/^\S*/.exec(sentence.slice(to))?.[0] ?? '');
  if (!PLAIN.test(token) || isQuoted(sentence, start)) return false;
  const word = token.toLowerCase().replace(/[^a-z0-9'’-]/g, '');
  return word === NAME || word.split(/['’-]/).every((part) => part.length < SHORTEST || OWN_WORDS.has(part));
}

/** Text within quotation marks comes from others. */
function isQuoted(sentence: string, at: number): boolean {
  return (sentence.slice(0, at).match(/"/g) ?? []).length % 2 === 1;
}
