def test_pages(app, place, sign_in, client):
    for u in ["/parties/", f"/parties/{place.party.id}", "/parties/register", "/accounts/sign-in", "/"]:
        assert client.get(u).status_code == 200, u
    c = sign_in(place.admin)
    for u in [
        "/work",
        "/inbox",
        "/operations",
        "/audit",
        "/clock",
        "/accounts/me",
        "/parties/people",
        f"/parties/people/{place.officer.id}",
        "/parties/invite",
        "/parties/units",
        "/parties/units/new",
    ]:
        assert c.get(u).status_code == 200, u
    c = sign_in(place.owner)
    for u in [
        "/work",
        f"/parties/{place.party.id}/own",
        f"/parties/{place.party.id}/edit",
        f"/parties/{place.party.id}/certificate/new",
        f"/parties/{place.party.id}/members/invite",
    ]:
        assert c.get(u).status_code == 200, u
    assert c.get("/parties/mine").status_code == 302
    c = sign_in(place.officer)
    for u in [
        "/work",
        "/parties/queue",
        f"/parties/{place.registered.id}/verify",
        f"/parties/{place.party.id}/verify",
    ]:
        assert c.get(u).status_code == 200, u
