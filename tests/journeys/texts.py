"""What is written on the journeys: long, in several scripts, with everything that encodings trip over."""

_SENTENCES = (
    "On the surgical ward the night rota has had two nurses fewer than planned since the spring. ",
    "Après la réunion, personne n’a noté les décisions – «on verra plus tard». ",
    "Zażółć gęślą jaźń: pielęgniarki boją się mówić o błędach w podawaniu leków. ",
    "قالت الممرضة إن المريض انتظر أربع ساعات دون مسكّن، ولم يُكتب ذلك في السجل. ",
    "שני מטופלים נפלו באותו לילה ואף אחד לא דיווח. ",
    "The infusion pumps bleep 🚨 and are silenced 🔕 because nobody can come; 👩🏽‍⚕️ and 👨‍👩‍👧 both asked for help. ",
    "हमने दो बार प्रबंधक को बताया, पर कुछ नहीं बदला। ",
    "Temperatures of 38.5 °C were charted as 36·8 — I saw the sheet — and “rounded” later. ",
)


# A reply never quotes the report, so it has sentences of its own.
_ANSWERS = (
    "I have asked for the rotas of the last quarter, and for who signs them off. ",
    "Je vais en parler à la direction sans dire que quelqu’un m’a écrit – promis. ",
    "Dziękuję; sprawdzimy, jak liczone są dyżury i kto o tym decyduje. ",
    "سأكتب هنا مرة أخرى بعد أن أعرف المزيد عن الموضوع. ",
    "אעדכן כאן בשבוע הבא מה השתנה. ",
    "Please look after yourself 🌿; support is on the help page 👩🏽‍⚕️ and it is free. ",
    "हम इस पर काम कर रहे हैं और यहीं बताएँगे। ",
    "Between 20·5 % and 30 % more hours were planned than worked — I have “the sheet” now. ",
)


def passage(length: int, sentences: tuple[str, ...] = _SENTENCES) -> str:
    """A text of exactly `length` characters that does not end in white space, the same each time."""
    words: list[str] = []
    number = 0
    while sum(map(len, words)) < length:
        number += 1
        words.append(f"[{number}] " + sentences[number % len(sentences)])
    return "".join(words)[: length - 1].rstrip().ljust(length - 1, "·") + "."


CONCERN = {
    "happened": passage(1_500),
    "patients": "Patients waited for pain relief; one daughter was told to “stop making trouble”. " + passage(200),
    "staff": "Two colleagues cried in the store room. 😔 " + passage(150),
    "help": "One more registered nurse on nights, and a rota that tells the truth.",
}
REPLY = "Thank you. What you saw matters, and you did right to say it.\n\n" + passage(4_937, _ANSWERS)
MORE = "It happened again last week: القسم نفسه، the same ward. " + passage(300)
