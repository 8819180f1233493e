// What is spoken in the videos of the stand-in: texts in the public domain, a line for each caption. Translations whose
// source is not named are our own.

/** Abraham Lincoln, Gettysburg, 19 November 1863 (Bliss copy). */
export const GETTYSBURG = [
  'Four score and seven years ago our fathers brought forth on this continent, a new nation,',
  'conceived in Liberty, and dedicated to the proposition\nthat all men are created equal.',
  'Now we are engaged in a great civil war,',
  'testing whether that nation, or any nation so conceived and so dedicated, can long endure.',
  'We are met on a great battle-field of that war.',
  'We have come to dedicate a portion of that field,\nas a final resting place for those',
  'who here gave their lives that that nation might live.',
  'It is altogether fitting and proper that we should do this.',
]

export const GETTYSBURG_DE = [
  'Vor siebenundachtzig Jahren gründeten unsere Väter auf diesem Erdteil eine neue Nation,',
  'in Freiheit gezeugt und dem Grundsatz geweiht,\ndass alle Menschen gleich geschaffen sind.',
  'Nun stehen wir in einem großen Bürgerkrieg,',
  'der prüft, ob diese oder irgendeine so gezeugte und so geweihte Nation lange bestehen kann.',
]

export const GETTYSBURG_FR = [
  'Il y a quatre-vingt-sept ans, nos pères fondèrent sur ce continent une nouvelle nation,',
  "conçue dans la liberté et vouée à l'idée\nque tous les hommes sont créés égaux.",
  'Nous sommes à présent engagés dans une grande guerre civile,',
]

export const GETTYSBURG_ES = [
  'Hace ochenta y siete años nuestros padres fundaron en este continente una nueva nación,',
  'concebida en libertad y consagrada al principio\nde que todos los hombres son creados iguales.',
]

/** Sojourner Truth, Akron, 29 May 1851, as the Anti-Slavery Bugle printed it. */
export const SOJOURNER_TRUTH = [
  'I want to say a few words about this matter.',
  "I am a woman's rights.",
  'I have as much muscle as any man, and can do as much work as any man.',
  'I have plowed and reaped and husked and chopped and mowed, and can any man do more than that?',
  'I have heard much about the sexes being equal;',
  'I can carry as much as any man, and can eat as much too, if I can get it.',
  'I am as strong as any man that is now.',
]

/** Patrick Henry, Richmond, 23 March 1775. */
export const PATRICK_HENRY = [
  'Gentlemen may cry, Peace, Peace, but there is no peace.',
  'The war is actually begun!',
  'Is life so dear, or peace so sweet, as to be purchased at the price of chains and slavery?',
  'Forbid it, Almighty God!',
  'I know not what course others may take;',
  'but as for me, give me liberty or give me death!',
]

/** Franklin D. Roosevelt, first inaugural address, 4 March 1933: a work of the government of the United States. */
export const ROOSEVELT = [
  'This great Nation will endure as it has endured, will revive and will prosper.',
  'So, first of all, let me assert my firm belief',
  'that the only thing we have to fear is fear itself—',
  'nameless, unreasoning, unjustified terror',
  'which paralyzes needed efforts to convert retreat into advance.',
]

/** Frederick Douglass, Rochester, 5 July 1852. */
export const DOUGLASS = [
  'What, to the American slave, is your 4th of July?',
  'I answer: a day that reveals to him, more than all other days in the year,',
  'the gross injustice and cruelty to which he is the constant victim.',
  'To him, your celebration is a sham.',
]

/** Heinrich Heine, Buch der Lieder, 1827. */
export const LORELEY = [
  'Ich weiß nicht, was soll es bedeuten,\nDaß ich so traurig bin;',
  'Ein Märchen aus alten Zeiten,\nDas kommt mir nicht aus dem Sinn.',
  'Die Luft ist kühl und es dunkelt,\nUnd ruhig fließt der Rhein;',
  'Der Gipfel des Berges funkelt\nIm Abendsonnenschein.',
]

export const LORELEY_EN = [
  'I do not know what it should mean\nthat I am so sad;',
  'a tale from olden times,\nit will not leave my mind.',
]

/** Déclaration des droits de l'homme et du citoyen, 26 August 1789. */
export const DROITS_DE_LHOMME = [
  'Article premier.',
  'Les hommes naissent et demeurent libres et égaux en droits.',
  "Les distinctions sociales ne peuvent être fondées que sur l'utilité commune.",
  'Article quatre.',
  'La liberté consiste à pouvoir faire tout ce qui ne nuit pas à autrui.',
]

/** Miguel de Cervantes, Don Quijote, 1605. */
export const QUIJOTE = [
  'En un lugar de la Mancha, de cuyo nombre no quiero acordarme,',
  'no ha mucho tiempo que vivía un hidalgo',
  'de los de lanza en astillero, adarga antigua, rocín flaco y galgo corredor.',
]

/** Luís de Camões, Os Lusíadas, 1572. */
export const LUSIADAS = [
  'As armas e os barões assinalados,\nQue da ocidental praia Lusitana,',
  'Por mares nunca de antes navegados,\nPassaram ainda além da Taprobana,',
]

/** Matsuo Bashō. */
export const BASHO = ['古池や蛙飛びこむ水の音', '夏草や兵どもが夢の跡', '閑さや岩にしみ入る蝉の声']

/** What captions of programming videos look like, and what parsers of captions stumble over. */
export const AMPERSANDS = [
  "AT&T & sons: 1 < 2 > 0, and \"quotes\" aren't 'special'.",
  'In HTML you write &amp; for &, and &lt; for <.',
  '♪ music ♪\n– said on two lines –',
  'R&D costs 5 € … naïve café 🎬',
]

/** Captions with emphasis, as people write it into subtitle files. */
export const EMPHASIS = [
  'It is <i>altogether</i> fitting and proper',
  '<b>that we should do this.</b>',
  'But, in a larger sense, we can <i>not</i> dedicate—we can <i>not</i> consecrate',
  'AT&T is not formatted.',
]
