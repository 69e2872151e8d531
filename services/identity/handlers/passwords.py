"""Assigned credentials: what staff assign, signing in with them, and setting the password."""

from contracts.identity.passwords import (
    AssignUserName,
    ChangePassword,
    FirstPassword,
    GetOwnUserName,
    GetPasswordLink,
    GetUserName,
    MailPasswordLink,
    MakeFirstPassword,
    OwnUserName,
    PasswordLink,
    PasswordReset,
    PasswordSignIn,
    RemoveUserName,
    SetPasswordByCode,
    SetPasswordByLink,
    SignInWithPassword,
    StartPasswordReset,
    UserNameState,
)
from contracts.identity.sessions import SignedIn
from contracts.kinds import Nothing
from kit.bus import Call
from services.identity import agencies
from services.identity.credentials import password_entry, password_resets, passwords, user_names
from services.identity.parts import parts

from .service import service


@service.answers(GetUserName)
async def get_user_name(request: GetUserName, call: Call) -> UserNameState:
    """A contact's user name, for the agency."""
    async with call.transaction() as transaction:
        return await user_names.state(request.contact, transaction)


@service.answers(AssignUserName)
async def assign_user_name(request: AssignUserName, call: Call) -> UserNameState:
    """A user name for a contact."""
    async with call.transaction() as transaction:
        return await user_names.assign(call.who, request, transaction)


@service.answers(RemoveUserName)
async def remove_user_name(request: RemoveUserName, call: Call) -> Nothing:
    """No user name any more, and no password."""
    async with call.transaction() as transaction:
        await user_names.remove(call.who, request, transaction)
        return Nothing()


@service.answers(MailPasswordLink)
async def mail_password_link(request: MailPasswordLink, call: Call) -> UserNameState:
    """The link that sets the password, by e-mail."""
    async with call.transaction() as transaction:
        return await user_names.mail_link(call.who, request, transaction)


@service.answers(MakeFirstPassword)
async def make_first_password(request: MakeFirstPassword, call: Call) -> FirstPassword:
    """A password to be printed, shown this once."""
    password = user_names.print_password()
    hashed = await parts(call).hashing.hash(password.replace("-", ""))
    async with call.transaction() as transaction:
        return await user_names.keep_first(call.who, request, password, hashed, transaction)


@service.answers(SignInWithPassword)
async def sign_in_with_password(request: SignInWithPassword, call: Call) -> PasswordSignIn:
    """User name and password → session."""
    return await password_entry.sign_in(request, call)


@service.answers(StartPasswordReset)
async def start_password_reset(request: StartPasswordReset, call: Call) -> PasswordReset:
    """Forgot the password: a code goes to the primary e-mail."""
    return await password_resets.begin(request, call)


@service.answers(SetPasswordByCode)
async def set_password_by_code(request: SetPasswordByCode, call: Call) -> SignedIn:
    """Code and new password → session."""
    return await password_resets.finish(request, call)


@service.answers(GetPasswordLink)
async def get_password_link(request: GetPasswordLink, call: Call) -> PasswordLink:
    """What the page behind a link shows."""
    async with call.transaction() as transaction:
        await agencies.enter(request.agency, transaction)
        return await password_resets.look(request.key, transaction)


@service.answers(SetPasswordByLink)
async def set_password_by_link(request: SetPasswordByLink, call: Call) -> SignedIn:
    """Link and new password → session."""
    return await password_resets.finish_by_link(request, call)


@service.answers(GetOwnUserName)
async def get_own_user_name(_: GetOwnUserName, call: Call) -> OwnUserName:
    """For the page of ways to sign in."""
    async with call.transaction() as transaction:
        return await passwords.shown(call.who.sub, transaction)


@service.answers(ChangePassword)
async def change_password(request: ChangePassword, call: Call) -> Nothing:
    """Another password, with the current one."""
    await password_entry.change(request, call)
    return Nothing()
