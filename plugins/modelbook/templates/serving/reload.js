{
  // As the script that MkDocs puts into pages that are there: its server answers when the site is newer.
  const poll = async () => {
    try {
      const answer = await fetch(`/livereload/{{ epoch }}/${Date.now()}`)
      if (Number(await answer.text()) > {{ epoch }}) return location.reload()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 3000))
    }
    poll()
  }
  addEventListener("load", poll)
}
