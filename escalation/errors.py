"""What can go wrong, named by what the reader does next.

    EscalationError
    ├── UsageError          say it again, differently              exit 2
    ├── ConfigError         mend the setting it names              exit 3
    ├── PolicyError         mend the policy key it names           exit 3
    ├── TemplateError       mend the template it names             exit 3
    ├── StoreError          free, unlock or move the store         exit 5
    ├── NothingFound        name something that exists             exit 4
    └── ConnectorError      one connector only; becomes coverage
        ├── AuthError           mend the credential or its scope   exit 3
        ├── NotFound            nothing by that key here
        ├── Unavailable         wait; the only one that is retried
        ├── Exhausted           ask for less: the requests for this case are spent
        └── UnexpectedResponse  the reply was not what was agreed

A message is one line: what was wrong, where, what was expected, what to do. It never
holds a reply's body, a query or a secret.
"""


class EscalationError(Exception):
    """Anything the person at the keyboard can act on; printed as one line, never a traceback."""

    exit_code = 1


class UsageError(EscalationError):
    """The command line or its input can't be used as given."""

    exit_code = 2


class ConfigError(EscalationError):
    """A setting is wrong: which connector or key, which field, what was expected."""

    exit_code = 3


class PolicyError(EscalationError):
    """A policy key is wrong: which key, which line, what was expected."""

    exit_code = 3


class TemplateError(EscalationError):
    """A template can't be rendered: which file, which line."""

    exit_code = 3


class StoreError(EscalationError):
    """The case store can't be read or written; nothing was half-saved."""

    exit_code = 5


class NothingFound(EscalationError):
    """What was named doesn't exist: a case, an evidence id, a file."""

    exit_code = 4


class ConnectorError(EscalationError):
    """One connector failed; the others go on and coverage says so."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None, refused: bool = False) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status, where there was one."""
        self.retry_after = retry_after
        """Seconds to wait before asking again, where the system said so."""
        self.refused = refused
        """The system said that it did not take the request, so that even an action may be sent again."""


class AuthError(ConnectorError):
    """The credential or its scope was refused."""

    exit_code = 3


class NotFound(ConnectorError):
    """The key or URL names nothing here."""


class Unavailable(ConnectorError):
    """The system is down or throttling; asking later may work."""


class Exhausted(ConnectorError):
    """As many requests as one connector may spend on a case are spent; what was not asked is told in coverage."""


class UnexpectedResponse(ConnectorError):
    """The reply or file is not in the agreed shape."""
