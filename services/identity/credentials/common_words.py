"""Words that passwords are made of when people are in a hurry, in English and Spanish; put together by ourselves."""

WORDS = frozenset(
    """
    password passwort passw0rd passcode passphrase secret secure security letmein letme openup opensesame sesame
    welcome hello hola login signin access admin administrator root user username test testing tester default
    changeme change master guest demo example sample temp temporary computer internet windows google apple
    iphone samsung android facebook amazon microsoft whatever nothing something anything everything
    insurance insured insure policy policies agency agent portal client customer account home house auto
    seguro seguros poliza agencia cliente cuenta casa coche carro contrasena contraseña clave secreto bienvenido
    iloveyou loveyou ilove love lover loves forever always friend friends family baby babygirl angel honey sweet
    sweetheart darling princess prince queen king teamo amor amorcito tequiero corazon mivida vida familia amigo
    amigos princesa angelito bebe bonita hermosa mamá mama papa mother father daddy mommy jesus jesuschrist god
    godisgood christ blessed faith diosesamor dios cristo amen
    monkey dragon tiger lion eagle falcon hawk bear wolf shark dolphin butterfly kitty kitten puppy doggy horse
    football baseball basketball soccer hockey tennis golf futbol cowboys yankees lakers steelers rangers packers
    eagles dallas texas mexico america usa american freedom liberty patriot california florida newyork chicago
    sunshine sunflower flower flowers rainbow summer winter spring autumn monday tuesday wednesday thursday friday
    saturday sunday january february march april june july august september october november december
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    superman batman spiderman starwars pokemon mickey disney harrypotter hellokitty matrix ninja hunter killer
    mustang corvette ferrari porsche chevy toyota honda harley yamaha
    michael jennifer jessica ashley amanda daniel jordan michelle matthew andrew joshua anthony thomas charlie
    robert jose maria carlos juan luis jorge alejandro
    money dollar cheese chocolate cookie coffee pepper ginger banana orange purple yellow silver golden diamond
    blink trustno trust qwerty qwert azerty asdf zxcv qazwsx correcthorsebatterystaple correct horse battery staple
    one two three four five six seven eight nine ten uno dos tres cuatro cinco seis siete ocho nueve diez
    the and for you your this that with are was my mine our his her not
    """.split()  # noqa: SIM905 - a word list reads as text
)
